package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Attempted;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Claims of payouts that are ready. */
final class ModelClaims extends ModelOperations {

    ModelClaims(ModelRun run) {
        super(run);
    }

    Call claimSome(Random draw, String key) {
        int most = 1 + draw.nextInt(3);
        long ready = books.payouts.values().stream().filter(this::isClaimable).count();
        return new Call(
                "claim " + most,
                self -> answer(self, () -> acme.payouts().claim(most, "worker " + key, LEASE), claimed -> {
                    Answer answer = claimed(claimed);
                    return new Answer(answer.entry(), () -> {
                        answer.proof().run();
                        if (manner == Manner.ALONE) {
                            assertThat(claimed).as(self.said()).hasSize((int) Math.min(most, ready));
                        }
                    });
                }));
    }

    Call claimOne(Random draw, String key) {
        Optional<Closed> drawn = prefer(books.payouts.values(), this::isClaimable, draw);
        if (drawn.isEmpty()) {
            return nothing("claim a payout");
        }
        Closed payout = drawn.get();
        boolean claimable = isClaimable(payout);
        return new Call(
                "claim payout " + payout.first.id(),
                self -> answer(self, () -> acme.payouts().claim(payout.first.id(), "worker " + key, LEASE), claimed -> {
                    Answer answer = claimed(claimed.stream().toList());
                    return new Answer(answer.entry(), () -> {
                        answer.proof().run();
                        if (manner == Manner.ALONE) {
                            assertThat(claimed.isPresent()).as(self.said()).isEqualTo(claimable);
                        }
                    });
                }));
    }

    private boolean isClaimable(Closed payout) {
        return payout.status() == PayoutStatus.READY
                && books.partners.get(payout.first.partnerId()).isPayable();
    }

    private Answer claimed(List<ClaimedPayout> claimed) {
        return new Answer(
                () -> claimed.forEach(each -> {
                    count(Operation.CLAIM_SOME);
                    Closed payout = books.payout(each.payout().id());
                    payout.claims++;
                    books.touch(payout);
                    assertThat(each.attempt().amount())
                            .as("amount of attempt %s", each.attempt().id())
                            .isEqualTo(payout.first.total());
                    books.attempts.put(each.attempt().id(), new Attempted(each.attempt()));
                }),
                () -> claimed.forEach(each -> {
                    Earner partner = books.partners.get(each.payout().partnerId());
                    assertThat(partner.isPayable() || books.touchedNow(partner))
                            .as(
                                    "%s was payable when payout %s was claimed",
                                    partner.name, each.payout().id())
                            .isTrue();
                }));
    }
}
