package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.support.Programme.JANUARY;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.ExtendWith;

/** A programme with one partner, of whom commissions are recorded in bulk. */
@ExtendWith(PartnerDatabaseExtension.class)
abstract class RecordAllBase {

    static final UUID NOBODY = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");

    final PartnerDatabase database;
    final Programme programme;
    final CommissionDao commissions;
    final UUID partner;
    final List<RowOutcome<Outcome<UUID>>> outcomes = new ArrayList<>();

    RecordAllBase(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        partner = programme.activePartner("0.1").id();
    }

    NewCommission commission(String key, String amount) {
        return NewCommission.on(key, partner, Money.of("100", "USD"), Money.of(amount, "USD"), JANUARY);
    }

    NewCommission ofNobody(String key) {
        return NewCommission.on(key, NOBODY, Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
    }

    Stream<NewCommission> commissions(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> commission("k-" + i, "10"));
    }

    BulkSummary keepGood(NewCommission... rows) {
        return commissions.recordAll(Arrays.stream(rows), KEEP_GOOD, outcomes::add);
    }

    int events() {
        return programme.sql.fetchCount(DSL.table("partner_commission_events"));
    }

    int keys() {
        return programme.sql.fetchCount(DSL.table("partner_idempotency_keys"));
    }

    /** Empty if the monthly totals equal the events, and every key of a recording has exactly one event. */
    List<String> broken() {
        return programme.sql.resultQuery("""
                        select t.month || ' ' || t.currency || ' says ' || t.commission_amount || ' ' || t.commission_count
                        from (select tenant_id, partner_id, currency, status, month, sum(base_amount) as base_amount,
                                     sum(commission_amount) as commission_amount, sum(commission_count) as commission_count
                              from partner_commission_totals group by 1, 2, 3, 4, 5) t
                        full join (select tenant_id, partner_id, currency, status, date_trunc('month', event_date at time zone 'UTC')::date as month,
                                          sum(base_amount) as base, sum(commission_amount) as amount, count(*) as events
                                   from partner_commission_events group by 1, 2, 3, 4, 5) e
                            using (tenant_id, partner_id, currency, status, month)
                        where (t.base_amount, t.commission_amount, t.commission_count) is distinct from (e.base, e.amount, e.events)
                        union all
                        select k.idempotency_key || ' has ' || count(e.id) || ' events'
                        from partner_idempotency_keys k left join partner_commission_events e using (tenant_id, idempotency_key)
                        where k.operation = 'record a commission'
                        group by k.idempotency_key having count(e.id) <> 1
                        """).fetchInto(String.class);
    }

    PartnerException refusal(int index) {
        return ((Refused<?>) outcomes.get(index)).reason();
    }

    static Map<Currency, BigDecimal> usd(String amount) {
        return Map.of(Currency.getInstance("USD"), new BigDecimal(amount));
    }
}
