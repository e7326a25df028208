package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds the links of existing rows that the keys of this schema forbid. */
final class LinkFindings {

    /** Columns: kind, table_name, row_id, column_name, value, reason. */
    private final List<String> questions = new ArrayList<>();

    private final LegacyTables tables;

    LinkFindings(LegacyTables tables, SchemaSettings settings) {
        this.tables = tables;
        orphans("partner_commission_events", "payout_id", "partner_payouts", "id");
        settings.host().ifPresent(host -> {
            orphans("partner_commission_events", "invoice_id", host.invoicesTable(), host.invoicesKey());
            orphans("partner_commission_events", "customer_id", host.customersTable(), host.customersKey());
            orphans("partner_accounts", "customer_id", host.customersTable(), host.customersKey());
            orphans("partner_users", "user_id", host.usersTable(), host.usersKey());
        });
        forbiddenLinks();
    }

    /** One query for all links, ordered by table and row. */
    String query() {
        return questions.isEmpty()
                ? "select null, null, null, null, null, null where false"
                : String.join("union all\n", questions) + "order by 2, 3, 4";
    }

    List<AdoptionFinding> read(SchemaTransaction transaction) throws SQLException {
        List<AdoptionFinding> findings = new ArrayList<>();
        for (List<String> row : transaction.query(query())) {
            findings.add(new AdoptionFinding(
                    AdoptionFinding.Kind.valueOf(row.get(0)),
                    row.get(1),
                    row.get(2),
                    row.get(3),
                    row.get(4),
                    row.get(5)));
        }
        return findings;
    }

    private void orphans(String table, String column, String target, String key) {
        boolean ownTarget = target.startsWith("partner_");
        if (!tables.has(table, column) || ownTarget && !tables.has(target)) {
            return;
        }
        questions.add("""
                select 'ORPHAN', '%1$s', o.id::text, '%2$s', o.%2$s::text, 'does not exist in %5$s'
                from %1$s o
                where o.%2$s is not null and not exists (select from %3$s t where t.%4$s::text = o.%2$s::text)
                """.formatted(table, column, target, key, target.replace("'", "''")));
    }

    /** If a link is forbidden for several reasons, it names the first. */
    private void forbiddenLinks() {
        if (!tables.has("partner_commission_events", "payout_id") || !tables.has("partner_payouts")) {
            return;
        }
        questions.add("""
                select 'FORBIDDEN_LINK', 'partner_commission_events', id, 'payout_id', payout_id, reason
                from (
                    select o.id::text as id, o.payout_id::text as payout_id, case
                        when o.partner_id <> p.partner_id then 'is a payout of partner ' || p.partner_id || ', the event''s is ' || o.partner_id
                        when o.currency <> p.currency then 'is a payout in ' || p.currency || ', the event is in ' || o.currency
                        when o.tenant_id <> p.tenant_id then 'is a payout of tenant ' || p.tenant_id || ', the event''s is ' || o.tenant_id
                        when lower(o.status::text) not in ('approved', 'paid') then 'holds the event though that is ' || lower(o.status::text)
                        when lower(p.status::text) = 'cancelled' then 'is cancelled and holds nothing'
                        end as reason
                    from partner_commission_events o join partner_payouts p on p.id::text = o.payout_id::text
                ) link
                where reason is not null
                """);
    }
}
