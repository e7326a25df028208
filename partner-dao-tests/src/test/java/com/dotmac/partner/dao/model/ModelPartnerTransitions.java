package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.partners.Partner;
import java.util.Random;

/** Calls that suspend and activate partners, and that put and release payout holds. */
final class ModelPartnerTransitions extends ModelOperations {

    ModelPartnerTransitions(ModelRun run) {
        super(run);
    }

    Call changePartner(Random draw) {
        Earner partner = partner(draw);
        boolean suspended = partner.suspensions == 1;
        boolean suspend = draw.nextInt(4) == 0;
        return new Call(
                (suspend ? "suspend " : "activate ") + partner.name,
                self -> answer(
                        self,
                        () -> suspend
                                ? acme.partners().suspend(partner.id, "looked into")
                                : acme.partners().activate(partner.id, "cleared"),
                        outcome -> changed(
                                Operation.CHANGE_PARTNER,
                                partner,
                                outcome,
                                suspended == suspend,
                                () -> partner.suspensions += suspend ? 1 : -1)));
    }

    Call holdPartner(Random draw) {
        Earner partner = partner(draw);
        boolean held = partner.holds == 1;
        boolean hold = draw.nextInt(4) == 0;
        return new Call(
                (hold ? "hold " : "release ") + partner.name,
                self -> answer(
                        self,
                        () -> hold
                                ? acme.partners().hold(partner.id, "disputed")
                                : acme.partners().releaseHold(partner.id, "resolved"),
                        outcome -> changed(
                                Operation.HOLD_PARTNER,
                                partner,
                                outcome,
                                held == hold,
                                () -> partner.holds += hold ? 1 : -1)));
    }

    private Answer changed(
            Operation operation, Earner partner, Outcome<Partner> outcome, boolean wasSo, Runnable entry) {
        return new Answer(
                () -> {
                    if (!outcome.replayed()) {
                        count(operation);
                        entry.run();
                        books.touch(partner);
                    }
                },
                () -> assertThat(outcome.replayed())
                        .as("%s of %s was replayed", operation, partner.name)
                        .matches(replayed ->
                                replayed == wasSo || manner == Manner.AT_ONCE && books.touchedNow(partner)));
    }
}
