package com.dotmac.partner.dao.model;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the calls of a model run share, and how many of them had an effect, were refused or tried again. */
final class ModelRun {

    final PartnerScope acme;
    final ModelBooks books;
    final Manner manner;
    final Map<Operation, Integer> effects = new EnumMap<>(Operation.class);
    final AtomicInteger triedAgain = new AtomicInteger();
    int refused;

    ModelRun(PartnerScope acme, ModelBooks books, Manner manner) {
        this.acme = acme;
        this.books = books;
        this.manner = manner;
    }
}
