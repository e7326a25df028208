package com.dotmac.partner.dao.model;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutRun;
import java.time.Instant;
import java.util.Currency;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Runs that close payouts: of one partner and currency, or of all. */
final class ModelClosings extends ModelOperations {

    ModelClosings(ModelRun run) {
        super(run);
    }

    Call close(Random draw, String key, Instant now) {
        Earner partner = partner(draw);
        Currency currency = pick(CURRENCIES, draw);
        Instant cutoff = cutoff(draw, now);
        return closing(
                "close " + partner.name + " " + currency + " at " + cutoff,
                Operation.CLOSE,
                key,
                cutoff,
                (id, in) -> id.equals(partner.id) && in.equals(currency),
                () -> acme.payouts().close(key, partner.id, currency, cutoff));
    }

    Call closeAll(Random draw, String key, Instant now) {
        Instant cutoff = cutoff(draw, now);
        return closing(
                "close all at " + cutoff, Operation.CLOSE_ALL, key, cutoff, (id, in) -> true, () -> acme.payouts()
                        .closeAll(key, cutoff));
    }

    private Call closing(
            String said,
            Operation operation,
            String key,
            Instant cutoff,
            ModelBooks.Extent extent,
            Supplier<PayoutRun> sending) {
        return new Call(
                said,
                self -> answer(
                        self,
                        sending,
                        run -> entered(
                                operation,
                                key,
                                self,
                                run.replayed(),
                                run.closed().stream().map(Payout::id).collect(Collectors.toSet()),
                                () -> {
                                    if (manner == Manner.ALONE) {
                                        books.foretellClosing(extent, cutoff, run);
                                    }
                                    run.closed().forEach(books::close);
                                }),
                        refusal -> refusal instanceof PartnerException.InvalidInput
                                && operation == Operation.CLOSE
                                && books.payouts.values().stream()
                                        .anyMatch(payout -> extent.includes(
                                                        payout.first.partnerId(),
                                                        payout.first.total().currency())
                                                && payout.first
                                                        .periodEnd()
                                                        .orElseThrow()
                                                        .isAfter(cutoff)
                                                && (payout.cancellations == 0 || books.touchedNow(payout)))));
    }
}
