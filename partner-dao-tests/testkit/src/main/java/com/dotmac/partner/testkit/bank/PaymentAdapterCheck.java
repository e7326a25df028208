package com.dotmac.partner.testkit.bank;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Runs the payment adapter of a service against a {@link BankInABox}, and says what it did wrong with money.
 *
 * <pre>{@code
 * PaymentAdapterReport report = PaymentAdapterCheck.on(database).run(adapter);
 * assertThat(report.findings()).isEmpty();
 * }</pre>
 *
 * <p>The check makes ready payouts in a tenant of its own. Then it runs rounds of the adapter, and retries between them what the adapter
 * recorded as failed, as an operator would. It ends when nothing is left to do, or after {@value #ROUNDS} rounds.
 */
public final class PaymentAdapterCheck {

    private static final int ROUNDS = 200;
    private static final int PARTNERS = 50;
    private static final int PAGE = 1000;

    private final PartnerDatabase database;
    private final int payouts;
    private final long seed;

    private PaymentAdapterCheck(PartnerDatabase database, int payouts, long seed) {
        this.database = database;
        this.payouts = payouts;
        this.seed = seed;
    }

    /** With 1,000 payouts. */
    public static PaymentAdapterCheck on(PartnerDatabase database) {
        return new PaymentAdapterCheck(database, 1000, 1);
    }

    /** @param number how many payouts the adapter pays, a multiple of 50 */
    public PaymentAdapterCheck payouts(int number) {
        if (number < PARTNERS || number % PARTNERS != 0) {
            throw new IllegalArgumentException(
                    "payouts must be a positive multiple of " + PARTNERS + ", not " + number);
        }
        return new PaymentAdapterCheck(database, number, seed);
    }

    /** @param number another bad day of the bank */
    public PaymentAdapterCheck seed(long number) {
        return new PaymentAdapterCheck(database, payouts, number);
    }

    /** Runs the adapter until it is done, and compares what the bank did with what is recorded. */
    public PaymentAdapterReport run(PaymentAdapter adapter) {
        String tenantId = "bank-in-a-box-" + UUID.randomUUID();
        PartnerScope tenant = database.store().tenant(tenantId).actingAs("payment-adapter-check");
        makeReadyPayouts(tenant);
        BankInABox bank = new BankInABox(seed);
        List<String> wrong = new ArrayList<>();
        int round = 0;
        while (round < ROUNDS && (round == 0 || isUnfinished(tenant.payouts()))) {
            round++;
            try {
                adapter.round(tenant.payouts(), bank);
            } catch (Exception failed) {
                wrong.add("round " + round + " ended with " + failed);
            }
            retryFailed(tenant.payouts(), bank, wrong);
        }
        lastRound(adapter, tenant.payouts(), bank, wrong);
        return new PaymentComparison(database, tenantId, tenant, bank).report(wrong, round);
    }

    /** Each partner earns once in each period, and each period is closed. */
    private void makeReadyPayouts(PartnerScope tenant) {
        List<UUID> partners = IntStream.range(0, PARTNERS)
                .mapToObj(number -> {
                    UUID partner = tenant.partners()
                            .register(NewPartner.named("partner:" + number, "Partner " + number))
                            .value()
                            .id();
                    tenant.partners().activate(partner, "for the check");
                    return partner;
                })
                .toList();
        int periods = payouts / PARTNERS;
        Instant begin = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(periods + 1L, ChronoUnit.DAYS);
        for (int period = 0; period < periods; period++) {
            Instant earned = begin.plus(period, ChronoUnit.DAYS);
            String prefix = "event:" + period + ":";
            tenant.commissions()
                    .recordAll(
                            IntStream.range(0, PARTNERS)
                                    .mapToObj(number -> NewCommission.on(
                                            prefix + number,
                                            partners.get(number),
                                            Money.of("1000.00", "USD"),
                                            Money.of(100 + number + ".00", "USD"),
                                            earned)),
                            BulkMode.ALL_OR_NOTHING,
                            outcome -> {});
            tenant.commissions().approve(CommissionQuery.all(), "for the check");
            tenant.payouts().closeAll("close:" + period, earned.plus(1, ChronoUnit.DAYS));
        }
    }

    private static boolean isUnfinished(PayoutDao payouts) {
        PayoutQuery unpaid =
                PayoutQuery.all().withStatus(PayoutStatus.READY, PayoutStatus.PROCESSING, PayoutStatus.FAILED);
        return !payouts.list(unpaid, 1).items().isEmpty();
    }

    /** For payments that were sent back in what seemed the last round. */
    private static void lastRound(PaymentAdapter adapter, PayoutDao payouts, BankInABox bank, List<String> wrong) {
        try {
            adapter.round(payouts, bank);
        } catch (Exception failed) {
            wrong.add("the last round ended with " + failed);
        }
    }

    /** An operator who asks the bank again by the same key, and first compares what is recorded with what the bank said. */
    private static void retryFailed(PayoutDao payouts, BankInABox bank, List<String> wrong) {
        for (Payout failed : payouts.list(PayoutQuery.all().withStatus(PayoutStatus.FAILED), PAGE)
                .items()) {
            List<PayoutAttempt> attempts = payouts.attempts(failed.id());
            PayoutAttempt last = attempts.get(attempts.size() - 1);
            if (!bank.denies(last.providerKey())) {
                wrong.add("the attempt " + last.id() + " over " + last.amount() + " is recorded as failed ("
                        + reason(last) + "), which the bank did not say last");
            }
            payouts.retry(failed.id(), "try again");
        }
    }

    private static String reason(PayoutAttempt attempt) {
        return attempt.outcome() instanceof PayoutAttempt.Outcome.Failed failed ? failed.reason() : "no reason";
    }
}
