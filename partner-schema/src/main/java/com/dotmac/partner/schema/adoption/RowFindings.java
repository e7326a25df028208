package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the existing rows that an adoption changes with a consent: links that the keys of this schema forbid, paid
 * events without a payout, payouts that do not equal their events or pay nothing. Finds payouts too that no consent
 * lets through, because nobody knows yet whether they were paid.
 */
final class RowFindings {

    private static final String EVENTS = "partner_commission_events";
    private static final String PAYOUTS = "partner_payouts";

    /** What is said of each payout whose payment may or may not have left, and is not explained. */
    static final String UNDER_WAY =
            "payouts are with the payment provider but their events add up to less than their total: find out whether the"
                    + " bank paid, set their status to completed, failed or cancelled first, and look again";

    /** A column of ours that refers to a table of the host; role is that of the table, like {@code customers}. */
    record HostColumn(String role, String table, String column) {}

    /** As in V10 to V15. */
    static final List<HostColumn> HOST_COLUMNS = List.of(
            new HostColumn("users", "partner_users", "user_id"),
            new HostColumn("customers", "partner_accounts", "customer_id"),
            new HostColumn("customers", "partner_sales", "customer_id"),
            new HostColumn("invoices", "partner_sales", "invoice_id"),
            new HostColumn("customers", EVENTS, "customer_id"),
            new HostColumn("invoices", EVENTS, "invoice_id"));

    /** Columns: kind, table_name, row_id, column_name, old_value, new_value, reason. */
    private final List<String> questions = new ArrayList<>();

    private final LegacyTables tables;

    RowFindings(LegacyTables tables, SchemaSettings settings) {
        this.tables = tables;
        settings.host().ifPresent(host -> HOST_COLUMNS.stream()
                .filter(link -> tables.has(link.table(), link.column()))
                .forEach(link -> questions.add(orphans(host, link))));
        if (tables.has("partner_commissions") && !LegacyCopy.canExpressRules(tables)) {
            questions.add("""
                    select 'RULE', 'partner_commissions', id::text, '*', null, null, 'has no model and currency'
                    from partner_commissions
                    """);
        }
        if (knowsPayoutsOfEvents()) {
            questions.add("""
                    select kind, 'partner_commission_events', id, 'payout_id', payout_id, null, reason from unlinked
                    """);
            questions.add("""
                    select 'PAID_WITHOUT_PAYOUT', 'partner_commission_events', id, 'payout_id', null, null,
                           'is paid but in no payout' from paid_without_payout where together > 0
                    """);
            questions.add("""
                    select 'PAID_BELOW_ZERO', 'partner_commission_events', id, 'status', 'paid', 'approved',
                           'but in no payout, and the paid events of its partner in no payout add up to ' || trim_scale(together) || ' '
                           || currency || ': no payment can have paid that'
                    from paid_without_payout where (together > 0) is not true
                    """);
            questions.add("""
                    select 'TOTAL', 'partner_payouts', id, 'total_amount', trim_scale(total)::text, trim_scale(amount)::text,
                           'for ' || coalesce(count::text, 'an unknown number') || ' is not what its events add up to, which is '
                           || trim_scale(amount) || ' for ' || events
                    from replaced where total is distinct from amount
                    """);
            questions.add("""
                    select 'TOTAL', 'partner_payouts', id, 'commission_count', count::text, events::text,
                           'is not the number of its events, which is ' || events
                    from replaced where count <> events
                    """);
            questions.add("""
                    select 'EMPTY_PAYOUT', 'partner_payouts', id, 'status', status, 'cancelled',
                           'but its events add up to ' || trim_scale(held) || ': there is nothing to pay'
                    from payout where fate = 'EMPTY_PAYOUT'
                    """);
            questions.add("""
                    select 'OPEN_PAYOUT', 'partner_payouts', id, 'status', status, 'cancelled',
                           'but its partner has another open payout in ' || currency || ', with which its events are paid'
                    from payout where fate = 'OPEN_PAYOUT'
                    """);
            questions.add("""
                    select 'UNEXPLAINED_PAYMENT', 'partner_payouts', id, 'total_amount', trim_scale(total)::text,
                           md5('adopted:unexplained:' || id)::uuid::text,
                           'is paid but its events add up to ' || trim_scale(held) || ': an event of ' || trim_scale(total - held)
                           || ' has to account for the rest'
                    from payout where fate = 'UNEXPLAINED_PAYMENT'
                    """);
            questions.add("""
                    select 'REFUSED', 'partner_payouts', id, 'total_amount', trim_scale(total)::text, trim_scale(total)::text, '%s'
                    from payout where fate = 'UNDER_WAY'
                    """.formatted(UNDER_WAY));
        }
    }

    /** Whether there are events with amounts and links, and payouts with totals. */
    private boolean knowsPayoutsOfEvents() {
        return List.of("payout_id", "status", "commission_amount", "currency", "partner_id").stream()
                        .allMatch(column -> tables.has(EVENTS, column))
                && List.of("status", "total_amount", "currency", "partner_id").stream()
                        .allMatch(column -> tables.has(PAYOUTS, column));
    }

    /** One query for all rows. */
    String query() {
        return questions.isEmpty()
                ? "select null, null, null, null, null, null, null where false"
                : with() + String.join("union all\n", questions);
    }

    /**
     * What becomes of links and payouts. If a link is forbidden for several reasons, it names the first. A payout holds
     * the events whose links stay. One that was paid keeps its total, even if those add up to less: that money has
     * left. One that is under way is refused then: if it fails, its events are payable again. Any other closed one whose
     * events add up to nothing loses those too; so does an open one beside another open one.
     */
    private String with() {
        if (!knowsPayoutsOfEvents()) {
            return "";
        }
        String tenants = tables.has(EVENTS, "tenant_id") && tables.has(PAYOUTS, "tenant_id")
                ? "when o.tenant_id <> p.tenant_id then 'is a payout of tenant ' || p.tenant_id || ', the event''s is ' || o.tenant_id"
                : "";
        return """
                with link as materialized (
                    select o.id::text as id, o.partner_id, o.currency::text as currency, %1$s as amount,
                           lower(o.status::text) as status, o.payout_id::text as payout_id,
                           case when p.id is null then 'ORPHAN' else 'FORBIDDEN_LINK' end as kind,
                           case
                        when p.id is null then 'does not exist in partner_payouts'
                        when o.partner_id <> p.partner_id then 'is a payout of partner ' || p.partner_id || ', the event''s is ' || o.partner_id
                        when o.currency <> p.currency then 'is a payout in ' || p.currency || ', the event is in ' || o.currency
                        %2$s
                        when lower(o.status::text) not in ('approved', 'paid') then 'holds the event though that is ' || lower(o.status::text)
                        when lower(p.status::text) = 'cancelled' then 'is cancelled and holds nothing'
                        when lower(o.status::text) = 'paid' and lower(p.status::text) <> 'completed'
                            then 'holds the event though that is paid and the payout is ' || lower(p.status::text)
                        end as reason
                    from partner_commission_events o left join partner_payouts p on p.id::text = o.payout_id::text
                    where o.payout_id is not null
                ), held as (
                    select payout_id, sum(amount) as amount, count(*) as events from link where reason is null group by 1
                ), found as (
                    select p.id::text as id, p.partner_id, lower(p.status::text) as status, %3$s as total,
                           %4$s as count, coalesce(h.amount, 0) as held, coalesce(h.events, 0) as events,
                           p.currency::text as currency,
                           lower(p.status::text) = 'pending' and not (coalesce(h.amount, 0) > 0 and coalesce(%5$s <= now(), false)) as stays_open
                    from partner_payouts p left join held h on h.payout_id = p.id::text
                ), payout as materialized (
                    select f.*, case
                        when f.stays_open then case when row_number() over (
                            partition by f.partner_id, f.currency, f.stays_open order by (f.held > 0) desc, f.id) > 1 then 'OPEN_PAYOUT' end
                        when f.status = 'processing' and f.total > 0 and f.total > f.held then 'UNDER_WAY'
                        when f.status = 'completed' and f.total > 0 and f.total > f.held and f.total - f.held < 1e15
                            then 'UNEXPLAINED_PAYMENT'
                        when f.held > 0 or f.status not in ('ready', 'processing', 'completed', 'failed') then null
                        else 'EMPTY_PAYOUT' end as fate
                    from found f
                ), replaced as (
                    select id, total, count, case when fate is null then held else 0 end as amount,
                           case when fate is null then events else 0 end as events
                    from payout where coalesce(fate, '') not in ('UNEXPLAINED_PAYMENT', 'UNDER_WAY')
                ), unlinked as materialized (
                    select id, kind, payout_id, reason from link where reason is not null
                    union all
                    select l.id, p.fate, l.payout_id, case p.fate
                               when 'OPEN_PAYOUT' then 'is one of several open payouts of its partner and currency'
                               else 'is ' || p.status || ' but its events add up to nothing to pay' end
                    from link l join payout p on p.id = l.payout_id
                    where l.reason is null and p.fate in ('EMPTY_PAYOUT', 'OPEN_PAYOUT')
                ), paid_without_payout as materialized (
                    select o.id::text as id, o.currency::text as currency,
                           sum(%1$s) over (partition by o.partner_id, o.currency::text) as together
                    from partner_commission_events o
                    where lower(o.status::text) = 'paid'
                      and (o.payout_id is null or exists (select from unlinked u where u.id = o.id::text))
                )
                """.formatted(
                tables.expression(EVENTS, "commission_amount", "numeric").orElseThrow(),
                tenants,
                ofPayout("total_amount", "numeric", ""),
                ofPayout("commission_count", "integer", "null::integer"),
                ofPayout("period_end", "timestamp with time zone", "'infinity'::timestamptz"));
    }

    private String ofPayout(String column, String type, String orElse) {
        return tables.expression(PAYOUTS, column, type)
                .map(expression -> expression.replaceFirst("\\bo\\.", "p."))
                .orElse(orElse);
    }

    /** @param changes the table in which the answer to {@link #query} is stored */
    static List<AdoptionFinding> read(SchemaTransaction transaction, String changes) throws SQLException {
        List<AdoptionFinding> findings = new ArrayList<>();
        Map<String, String> once = new HashMap<>();
        for (List<String> row : transaction.query("select * from " + changes + " order by 2, 3, 4, 1")) {
            findings.add(new AdoptionFinding(
                    AdoptionFinding.Kind.valueOf(row.get(0)),
                    once.computeIfAbsent(row.get(1), name -> name),
                    row.get(2),
                    once.computeIfAbsent(row.get(3), name -> name),
                    row.get(4),
                    row.get(5),
                    once.computeIfAbsent(row.get(6), reason -> reason)));
        }
        return findings;
    }

    private String orphans(HostTables host, HostColumn link) {
        return """
                select 'ORPHAN', '%1$s', o.id::text, '%2$s', o.%2$s::text, null, 'does not exist in %3$s'
                from %1$s o where %4$s
                """.formatted(
                        link.table(),
                        link.column(),
                        host.names().get(link.role() + "_table").replace("'", "''"),
                        hasNoTarget(tables, host, link));
    }

    /** The condition on rows {@code o} of ours whose link has no target in the host's table. */
    static String hasNoTarget(LegacyTables tables, HostTables host, HostColumn link) {
        String tenant = host.names().get(link.role() + "_tenant");
        return "o.%1$s is not null and not exists (select from %2$s t where t.%3$s::text = o.%1$s::text%4$s)"
                .formatted(
                        link.column(),
                        host.names().get(link.role() + "_table"),
                        host.names().get(link.role() + "_key"),
                        tenant == null ? "" : " and t." + tenant + "::text = " + tenantOf(tables, link.table()));
    }

    /** A row without a tenant belongs to the tenant of its partner; a sale has a tenant and no partner. */
    private static String tenantOf(LegacyTables tables, String table) {
        String own = tables.has(table, "tenant_id") ? "o.tenant_id::text" : "null";
        String ofPartner = tables.has(table, "partner_id")
                ? "(select p.tenant_id::text from partners p where p.id::text = o.partner_id::text)"
                : "null";
        return "coalesce(" + own + ", " + ofPartner + ")";
    }
}
