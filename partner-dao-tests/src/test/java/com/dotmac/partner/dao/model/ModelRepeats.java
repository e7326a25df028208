package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.support.Programme;
import java.util.List;
import java.util.Random;

/** Calls that send a used key again. */
final class ModelRepeats extends ModelOperations {

    ModelRepeats(ModelRun run) {
        super(run);
    }

    /** Sends a used key again: the library replays the same content and refuses other content. */
    Call sendAgain(Random draw) {
        if (books.keys.isEmpty()) {
            return nothing("send again");
        }
        String key = pick(List.copyOf(books.keys.keySet()), draw);
        Call first = books.keys.get(key).call;
        if (draw.nextInt(4) > 0) {
            return new Call("again: " + first.said(), self -> {
                count(Operation.SEND_AGAIN);
                int before = books.keys.get(key).replays.size();
                Answer answer = first.send();
                return new Answer(answer.entry(), () -> {
                    answer.proof().run();
                    assertThat(books.keys.get(key).replays.size())
                            .as(self.said())
                            .isGreaterThan(before);
                });
            });
        }
        NewCommission other = NewCommission.on(
                key, partner(draw).id, amount(7, CURRENCIES.get(0)), amount(7, CURRENCIES.get(0)), Programme.JANUARY);
        return new Call(
                "the key of another call: " + first.said(),
                self -> answer(
                        self,
                        () -> acme.commissions().record(other),
                        outcome -> {
                            throw new AssertionError(self.said() + " was accepted: " + outcome);
                        },
                        refusal -> refusal instanceof PartnerException.IdempotencyConflict));
    }
}
