package com.dotmac.partner.dao.model;

import java.time.Instant;
import java.util.Random;
import java.util.function.Function;

/** Draws the calls of a model run. */
final class ModelCalls {

    /** A call to be sent, by any thread, now or once more. */
    public record Call(String said, Function<Call, Answer> sending) {
        Answer send() {
            return sending.apply(this);
        }
    }

    /**
     * @param entry into the books; the entries of all calls of a round come before their proofs
     * @param proof that the answer is right, given everything that happened in the round
     */
    record Answer(Runnable entry, Runnable proof) {}

    /** What can be called, and how often of a hundred. */
    enum Operation {
        ACCRUE(11),
        RECORD(6),
        APPROVE(15),
        CANCEL_EVENTS(3),
        CLAW_BACK(5),
        UNDO_CLAWBACK(3),
        REFUND_SALE(6),
        UNDO_REFUND(3),
        RESTATE(1),
        REVISE_RULE(2),
        ASSIGN(2),
        END_ASSIGNMENT(1),
        CLOSE(5),
        CLOSE_ALL(3),
        CLAIM_SOME(3),
        CLAIM_ONE(3),
        SUCCEED(6),
        FAIL(4),
        UNKNOWN(2),
        CONFIRM_OTHER(1),
        RECORD_PAYMENT(1),
        EXTEND_LEASE(1),
        RETRY(2),
        CANCEL_PAYOUT(2),
        RETURNED(2),
        CHANGE_PARTNER(2),
        HOLD_PARTNER(2),
        SEND_AGAIN(3);

        final int share;

        Operation(int share) {
            this.share = share;
        }

        static Operation draw(Random random) {
            int left = random.nextInt(100);
            for (Operation operation : values()) {
                left -= operation.share;
                if (left < 0) {
                    return operation;
                }
            }
            throw new IllegalStateException("the shares are less than a hundred");
        }
    }

    /** How calls come to the library: one after another, so that the books predict everything, or at once. */
    enum Manner {
        ALONE,
        AT_ONCE
    }

    private final ModelEarnings earnings;
    private final ModelDecisions decisions;
    private final ModelClawbacks clawbacks;
    private final ModelRefunds refunds;
    private final ModelRestatements restatements;
    private final ModelClosings closings;
    private final ModelClaims claims;
    private final ModelReports reports;
    private final ModelPayments payments;
    private final ModelPayoutTransitions payoutTransitions;
    private final ModelPartnerTransitions partnerTransitions;
    private final ModelRepeats repeats;

    ModelCalls(ModelRun run) {
        earnings = new ModelEarnings(run);
        decisions = new ModelDecisions(run);
        clawbacks = new ModelClawbacks(run);
        refunds = new ModelRefunds(run);
        restatements = new ModelRestatements(run);
        closings = new ModelClosings(run);
        claims = new ModelClaims(run);
        reports = new ModelReports(run);
        payments = new ModelPayments(run);
        payoutTransitions = new ModelPayoutTransitions(run);
        partnerTransitions = new ModelPartnerTransitions(run);
        repeats = new ModelRepeats(run);
    }

    /** @param now of the database, before the call */
    Call draw(Random draw, String key, Instant now) {
        Operation operation = Operation.draw(draw);
        return switch (operation) {
            case ACCRUE -> earnings.accrue(draw, key, now);
            case RECORD -> earnings.record(draw, key, now);
            case APPROVE -> decisions.approve(draw);
            case CANCEL_EVENTS -> decisions.cancelEvents(draw);
            case CLAW_BACK -> clawbacks.clawBack(draw, key);
            case UNDO_CLAWBACK -> clawbacks.undoClawback(draw, key);
            case REFUND_SALE -> refunds.refund(draw, key);
            case UNDO_REFUND -> refunds.undo(draw, key);
            case RESTATE -> restatements.restate(key);
            case ASSIGN -> restatements.assign(draw, key, now);
            case END_ASSIGNMENT -> restatements.endAssignment(draw, key, now);
            case REVISE_RULE -> restatements.reviseRule(draw, key, now);
            case CLOSE -> closings.close(draw, key, now);
            case CLOSE_ALL -> closings.closeAll(draw, key, now);
            case CLAIM_SOME -> claims.claimSome(draw, key);
            case CLAIM_ONE -> claims.claimOne(draw, key);
            case SUCCEED -> reports.succeed(draw);
            case FAIL -> reports.fail(draw);
            case UNKNOWN -> reports.unknown(draw);
            case CONFIRM_OTHER -> payments.confirmOther(draw);
            case RECORD_PAYMENT -> payments.record(draw, key);
            case EXTEND_LEASE -> payments.extendLease(draw);
            case RETRY -> payoutTransitions.retry(draw);
            case CANCEL_PAYOUT -> payoutTransitions.cancelPayout(draw);
            case RETURNED -> payoutTransitions.returned(draw, key);
            case CHANGE_PARTNER -> partnerTransitions.changePartner(draw);
            case HOLD_PARTNER -> partnerTransitions.holdPartner(draw);
            case SEND_AGAIN -> repeats.sendAgain(draw);
        };
    }

    Call restate(String key) {
        return restatements.restate(key);
    }
}
