package com.dotmac.partner.dao.support;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;

/** A partner programme to test with: the host's customers and invoices, partners, and what they earn. */
public final class Programme {

    public static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
    public static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    public static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");

    private static final AtomicInteger KEYS = new AtomicInteger();

    public final DSLContext sql;
    public final PartnerScope acme;
    public final PartnerScope other;

    public Programme(PartnerDatabase database) {
        this(database, database.store());
    }

    public Programme(PartnerDatabase database, PartnerStore store) {
        this(database.sql(), store);
    }

    public Programme(DSLContext sql, PartnerStore store) {
        this.sql = sql;
        this.acme = store.tenant("acme").actingAs("user:42");
        this.other = store.tenant("other").actingAs("user:43");
    }

    public static String newKey() {
        return "key-" + KEYS.incrementAndGet();
    }

    public UUID customer() {
        UUID id = UUID.randomUUID();
        sql.execute("insert into customers values (?)", id);
        return id;
    }

    public UUID invoice() {
        UUID id = UUID.randomUUID();
        sql.execute("insert into invoices values (?)", id);
        return id;
    }

    public Partner activePartner(String rate, Money... minimums) {
        Partner partner = acme.partners()
                .register(NewPartner.named(newKey(), "Northwind")
                        .withDefaultRate(rate)
                        .withPayoutMinimums(minimums))
                .value();
        return acme.partners().activate(partner.id(), "contract signed").value();
    }

    /** A partner without a rate, who earns by rules alone. */
    public Partner partnerWithoutRate() {
        Partner partner =
                acme.partners().register(NewPartner.named(newKey(), "Eastwind")).value();
        return acme.partners().activate(partner.id(), "contract signed").value();
    }

    /** A customer assigned to the partner since January. */
    public UUID customerOf(Partner partner) {
        UUID customer = customer();
        acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        return customer;
    }

    public List<CommissionEvent> sale(UUID customer, String amount, String currency, Instant date) {
        return acme.commissions()
                .accrue(new Sale(newKey(), customer, null, Money.of(amount, currency), date))
                .events();
    }

    public List<CommissionEvent> approvedSale(UUID customer, String amount, String currency, Instant date) {
        return acme.commissions()
                .approve(sale(customer, amount, currency, date).stream()
                        .map(CommissionEvent::id)
                        .toList())
                .approved();
    }

    public PayoutRun closeAll(Instant cutoff) {
        return acme.payouts().closeAll(newKey(), cutoff);
    }

    /** Closes, claims and pays the payouts. */
    public Payout pay(UUID payoutId, String paymentReference) {
        ClaimedPayout claimed = acme.payouts()
                .claim(payoutId, "worker-1", Duration.ofMinutes(5))
                .orElseThrow();
        return acme.payouts()
                .succeed(
                        claimed.attempt().id(),
                        paymentReference,
                        claimed.attempt().amount())
                .value();
    }

    /** What a closed payout gives the provider as idempotency key. */
    public String providerKey(UUID payoutId) {
        return sql.resultQuery("select provider_key from partner_payouts where id = ?", payoutId)
                .fetchSingle(0, String.class);
    }

    /** Sets every attempt in flight back by an hour, with the guards disabled. */
    public void leasesAreOver() {
        sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("""
                    update partner_payout_attempts
                    set started_at = started_at - interval '1 hour', lease_until = started_at - interval '1 minute'
                    where outcome is null
                    """);
        });
    }

    /** Changes the hold of recorded events, which nothing else does. */
    public void holdUntil(String until, String where) {
        sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_commission_events set hold_until = " + until + " where " + where);
        });
    }

    /** Rows that break an invariant of the design; empty in every state that the library can reach. */
    public List<String> brokenInvariants() {
        return sql.transactionResult(transaction -> brokenInvariants(transaction.dsl()));
    }

    private static List<String> brokenInvariants(DSLContext sql) {
        // As a verification does: without statistics, nested loops would read the events again for each event.
        sql.execute("set local enable_nestloop = off; set local enable_mergejoin = off; set local jit = off");
        return sql.resultQuery("""
                        select 'payout ' || p.id || ' says ' || p.total_amount || ' and its rows ' || coalesce(sum(e.commission_amount), 0)
                        from partner_payouts_with_parts p left join partner_commission_events e on e.tenant_id = p.tenant_id and e.payout_id = p.id
                        group by p.tenant_id, p.id, p.total_amount, p.commission_count
                        having p.total_amount <> coalesce(sum(e.commission_amount), 0) or p.commission_count <> count(e.id)
                        union all
                        select 'approved event ' || id || ' is in no payout and not held'
                        from partner_commission_events
                        where status = 'approved' and payout_id is null and coalesce(hold_until <= now(), true)
                        union all
                        select 'event ' || e.id || ' of ' || e.event_date || ' is in a payout closed at ' || p.period_end
                        from partner_commission_events e
                        join partner_payouts p on p.tenant_id = e.tenant_id and p.id = e.payout_id
                        where e.event_date >= p.period_end
                        union all
                        select 'event ' || e.id || ' is ' || e.status || ' in a payout that is ' || p.status
                        from partner_commission_events e
                        join partner_payouts p on p.tenant_id = e.tenant_id and p.id = e.payout_id
                        where (e.status = 'paid') <> (p.status = 'completed')
                        union all
                        select invariant || ': ' || table_name || ' ' || row_id || ' ' || detail
                        from partner_broken_invariants
                        union all
                        select 'payout ' || p.id || ' is ' || p.status || ' and its last attempt says ' || coalesce(a.outcome::text, 'nothing')
                        from partner_payouts p
                        left join lateral (select t.outcome from partner_payout_attempts t where t.tenant_id = p.tenant_id
                                           and t.payout_id = p.id order by t.attempt_number desc limit 1) a on true
                        where case p.status when 'processing' then a.outcome in ('succeeded', 'failed')
                                            when 'completed' then a.outcome is distinct from 'succeeded'
                                            when 'failed' then a.outcome is distinct from 'failed'
                                            else coalesce(a.outcome, 'unknown') <> 'failed' and a is not null end
                        union all
                        select 'payout ' || a.payout_id || ' paid ' || a.amount || ' by an attempt and holds ' || p.total_amount
                        from partner_payout_attempts a join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                        where a.outcome = 'succeeded' and (a.amount, a.currency) <> (p.total_amount, p.currency)
                        """).fetchInto(String.class);
    }

    /** A fingerprint of every row of every partner table. */
    public String fingerprint() {
        return sql.resultQuery("""
                        select string_agg(rows, ' ' order by rows) from (
                            select md5(string_agg(t::text, ';' order by t::text)) as rows from partners t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_accounts t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payout_minimums t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payout_hold_changes t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_users t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_commission_events t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_sales t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_refunds t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_restatements t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_commissions t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_commission_totals t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payouts t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payout_parts t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payout_attempts t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_payment_servers t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_status_changes t
                            union all select md5(string_agg(t::text, ';' order by t::text)) from partner_idempotency_keys t
                        ) each
                        """).fetchSingle().get(0, String.class);
    }
}
