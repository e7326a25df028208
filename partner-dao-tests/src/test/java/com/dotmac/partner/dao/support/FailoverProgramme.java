package com.dotmac.partner.dao.support;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.payouts.Reconciliation;
import com.dotmac.partner.readme.PayoutWorker.Payment;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A programme on a server that may be replaced, and the bank, which is not replaced with it. */
public final class FailoverProgramme {

    public static final Duration LEASE = Duration.ofMinutes(5);

    public final PartnerStore store;
    public final Programme programme;
    public final PayoutDao payouts;
    public final IdempotentBank bank = new IdempotentBank();

    public FailoverProgramme(DataSource database) {
        store = PartnerStore.create(database);
        programme = new Programme(DSL.using(database, SQLDialect.POSTGRES), store);
        payouts = programme.acme.payouts();
    }

    public static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Claims one payout, has the bank pay it and records what the bank says; empty if there is none to claim. */
    public Optional<Payout> payOne() {
        return payouts.claim(1, "worker-1", LEASE).stream()
                .findFirst()
                .map(ClaimedPayout::attempt)
                .map(attempt -> succeed(attempt, bank.pay(attempt)));
    }

    public Payout succeed(PayoutAttempt attempt, Payment payment) {
        return payouts.succeed(attempt.id(), payment.reference(), payment.amount())
                .value();
    }

    public PayoutAttempt lastAttempt(UUID payout) {
        var attempts = payouts.attempts(payout);
        return attempts.get(attempts.size() - 1);
    }

    public Reconciliation reconcile() {
        return payouts.reconcile(
                new StringReader(bank.file()),
                Instant.parse("2020-01-01T00:00:00Z"),
                Instant.parse("2100-01-01T00:00:00Z"));
    }

    /** What the ledger says that was paid. */
    public Money paid(String currency) {
        return new Money(
                programme
                        .sql
                        .resultQuery(
                                "select coalesce(-sum(amount), 0) from partner_ledger where kind = 'paid' and currency = ?",
                                currency)
                        .fetchSingle(0, BigDecimal.class),
                Currency.getInstance(currency));
    }
}
