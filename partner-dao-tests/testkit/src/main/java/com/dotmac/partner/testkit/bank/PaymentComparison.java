package com.dotmac.partner.testkit.bank;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.statements.Verification;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the bank did, beside what is recorded. */
final class PaymentComparison {

    private static final int OF_A_KIND = 20;
    private static final int PAGE = 1000;

    private final PartnerDatabase database;
    private final String tenantId;
    private final PartnerScope tenant;
    private final BankInABox bank;
    private final Map<String, List<String>> findings = new LinkedHashMap<>();

    PaymentComparison(PartnerDatabase database, String tenantId, PartnerScope tenant, BankInABox bank) {
        this.database = database;
        this.tenantId = tenantId;
        this.tenant = tenant;
        this.bank = bank;
    }

    PaymentAdapterReport report(List<String> wrong, int rounds) {
        wrong.forEach(sentence -> find("round", sentence));
        bank.contradictions().forEach(sentence -> find("contradiction", sentence));
        Map<String, BankInABox.Payment> unknownToUs = bank.payments();
        Map<String, Integer> statuses = new HashMap<>();
        for (Payout payout : payouts()) {
            if (payout.status() == PayoutStatus.PENDING) {
                continue;
            }
            statuses.merge(payout.status().name(), 1, Integer::sum);
            for (PayoutAttempt attempt : tenant.payouts().attempts(payout.id())) {
                compare(payout, attempt);
                unknownToUs.remove(attempt.providerKey());
            }
        }
        unknownToUs.forEach((key, payment) -> find(
                "another key",
                "the bank has paid " + payment.amount() + " by the key " + key + ", which no attempt has"));
        compareSums();
        verify();
        List<String> all = findings.values().stream()
                .flatMap(of -> of.stream().limit(OF_A_KIND))
                .toList();
        return new PaymentAdapterReport(
                all, statuses, bank.payments().size(), bank.sentBack().size(), rounds);
    }

    private void compare(Payout payout, PayoutAttempt attempt) {
        BankInABox.Payment payment = bank.payments().get(attempt.providerKey());
        if (attempt.outcome() instanceof PayoutAttempt.Outcome.Succeeded succeeded
                && (payment == null || !payment.reference().equals(succeeded.paymentReference()))) {
            find(
                    "succeeded",
                    attempt(attempt) + " is recorded as paid under " + succeeded.paymentReference() + ", the bank has "
                            + (payment == null ? "paid nothing" : "paid under " + payment.reference()));
        }
        if (payment != null && payout.status() != PayoutStatus.COMPLETED) {
            find(
                    "not recorded",
                    "the bank has paid " + payment.amount() + " for payout " + payout.id() + ", whose status is "
                            + payout.status());
        }
        if (payment == null && payout.status() != PayoutStatus.COMPLETED) {
            find("unpaid", "payout " + payout.id() + " has the status " + payout.status() + " and was never paid");
        }
    }

    private static String attempt(PayoutAttempt attempt) {
        return "the attempt " + attempt.id() + " over " + attempt.amount();
    }

    /** Of all payments, and of all that came back, by payee. */
    private void compareSums() {
        compareSum("paid", "-sum(amount)", byPayee(bank.payments()), "has paid");
        compareSum("payment_returned", "sum(amount)", byPayee(bank.sentBack()), "got back from");
    }

    private void compareSum(String kind, String expression, Map<UUID, BigDecimal> atTheBank, String did) {
        Map<UUID, BigDecimal> recorded = database.sql()
                .fetch(
                        "select partner_id, " + expression
                                + " from partner_ledger where tenant_id = ? and kind::text = ? group by partner_id",
                        tenantId,
                        kind)
                .intoMap(row -> row.get(0, UUID.class), row -> row.get(1, BigDecimal.class));
        Set<UUID> partners = new TreeSet<>(atTheBank.keySet());
        partners.addAll(recorded.keySet());
        for (UUID partner : partners) {
            BigDecimal bankSays = atTheBank.getOrDefault(partner, BigDecimal.ZERO);
            BigDecimal weSay = recorded.getOrDefault(partner, BigDecimal.ZERO);
            if (bankSays.compareTo(weSay) != 0) {
                find(
                        "sum " + kind,
                        "partner " + partner + ": the bank " + did + " them " + bankSays.toPlainString()
                                + ", recorded as " + kind + " are " + weSay.toPlainString());
            }
        }
    }

    private Map<UUID, BigDecimal> byPayee(Map<String, BankInABox.Payment> payments) {
        Map<UUID, BigDecimal> sums = new HashMap<>();
        payments.forEach(
                (key, payment) -> sums.merge(bank.payee(key), payment.amount().amount(), BigDecimal::add));
        return sums;
    }

    private void verify() {
        Verification verification = tenant.statements().verify();
        if (!verification.isClean()) {
            find("verify", "the records break their own invariants: " + verification);
        }
    }

    private List<Payout> payouts() {
        List<Payout> all = new ArrayList<>();
        @Nullable String after = null;
        do {
            Page<Payout> page = tenant.payouts().list(PayoutQuery.all(), PAGE, after);
            all.addAll(page.items());
            after = page.next().orElse(null);
        } while (after != null);
        return all;
    }

    private void find(String kind, String sentence) {
        findings.computeIfAbsent(kind, none -> new ArrayList<>()).add(sentence);
    }
}
