package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.COMMISSION_TOTALS;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.dao.support.BusyProgramme;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of {@link VerificationTest}: what a superuser may damage, and what a verification finds. */
final class VerificationDamages {

    private VerificationDamages() {}

    /** What is found, each like {@code links partner_commission_events 0198...: is paid but in no payout}. */
    interface Found extends Function<BusyProgramme, List<String>> {}

    interface Damage {
        void to(BusyProgramme busy);
    }

    static Arguments damage(String what, Damage damage, Found found) {
        return arguments(what, damage, found);
    }

    static String row(Invariant invariant, String table, Object id, String detail) {
        return invariant + " " + table + " " + id + ": " + detail;
    }

    static String event(Invariant invariant, CommissionEvent event, String detail) {
        return row(invariant, "partner_commission_events", event.id(), detail);
    }

    static String payout(Invariant invariant, Payout payout, String detail) {
        return row(invariant, "partner_payouts", payout.id(), detail);
    }

    static String partner(Invariant invariant, Partner partner, String detail) {
        return row(invariant, "partners", partner.id(), detail);
    }

    static String month(Partner partner, String month, String detail) {
        return row(COMMISSION_TOTALS, "partner_commission_totals", partner.id() + "/USD/" + month, detail);
    }

    static UUID saleOf(BusyProgramme busy, CommissionEvent event) {
        return busy.programme
                .sql
                .fetchSingle("select sale_id from partner_commission_events where id = ?", event.id())
                .get(0, UUID.class);
    }

    /** An idempotency key of no other row; {@code damage} splits a text at each semicolon. */
    static String recordedKey(String key) {
        return "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                + " values ('acme', '" + key + "', 'damage', sha256('x'), 'x');";
    }

    static Stream<Arguments> all() {
        return Stream.of(MoneyDamages.all(), ReversalDamages.all(), RecordDamages.all())
                .flatMap(Function.identity());
    }
}
