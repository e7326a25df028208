package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.List;

/**
 * The record of every value that an adoption replaced with the caller's consent. It stays in the schema of the old
 * tables.
 */
final class RecordedChanges {

    /** The schema where an adoption stores what it found. */
    static final String SCHEMA = CopySql.SCHEMA;

    private final SchemaTransaction transaction;
    private final RowFindings findings;

    RecordedChanges(SchemaTransaction transaction, RowFindings findings) {
        this.transaction = transaction;
        this.findings = findings;
    }

    void record() throws SQLException {
        transaction.execute("""
                create schema %1$s;
                comment on schema %1$s is 'What the adoption of the partner tables found, unchanged. Nothing uses it: drop it when you no longer need it.';
                create table %1$s.changes (
                    kind        text        not null,
                    table_name  text        not null,
                    row_id      text        not null,
                    column_name text        not null,
                    old_value   text,
                    new_value   text,
                    reason      text        not null,
                    changed_at  timestamptz not null default now(),
                    changed_by  text        not null default current_user,
                    primary key (table_name, column_name, row_id, kind)
                );
                comment on table %1$s.changes is 'Every value that the adoption replaced with a consent of its caller, and every rule that it left behind: what it was, what it is, and why.';
                insert into %1$s.changes (kind, table_name, row_id, column_name, old_value, new_value, reason)
                """.formatted(SCHEMA) + findings.query());
        transaction.execute("analyze " + SCHEMA + ".changes");
    }

    /**
     * Changes the rows of tables that stay. Sets an approved event without a payout on hold until now, so that the next
     * run includes it.
     */
    void changeInPlace() throws SQLException {
        LegacyTables tables = LegacyTables.read(transaction);
        withoutTriggers("partner_payouts", () -> {
            for (String column : List.of("total_amount", "commission_count")) {
                transaction.update("""
                        update partner_payouts p set %1$s = c.new_value::numeric, status_reason = coalesce(p.status_reason, %2$s)
                        from %3$s.changes c
                        where c.table_name = 'partner_payouts' and c.column_name = '%1$s' and c.kind = 'TOTAL' and c.row_id = p.id::text
                        """.formatted(column, CopySql.REASON_OF_A_CHANGED_TOTAL, SCHEMA));
            }
            transaction.update("""
                    update partner_payouts p
                    set commission_count = 1 + (
                            select count(*) from partner_commission_events e
                            where e.tenant_id = p.tenant_id and e.payout_id = p.id
                              and not exists (select from %1$s.changes l
                                              where l.table_name = 'partner_commission_events' and l.column_name = 'payout_id'
                                                and l.row_id = e.id::text)),
                        earliest_event_date = least(p.earliest_event_date, p.period_start),
                        latest_event_date = greatest(p.latest_event_date, p.period_start),
                        status_reason = coalesce(p.status_reason, left('adopted: its total amount ' || c.old_value || ' ' || c.reason, 500))
                    from %1$s.changes c
                    where c.kind = 'UNEXPLAINED_PAYMENT' and c.row_id = p.id::text
                    """.formatted(SCHEMA));
            transaction.update("""
                    update partner_payouts p set status = 'cancelled', completed_at = null, payment_reference = null
                    from %s.changes c
                    where c.table_name = 'partner_payouts' and c.column_name = 'status' and c.row_id = p.id::text
                    """.formatted(SCHEMA));
        });
        withoutTriggers("partner_status_changes", () -> transaction.update("""
                insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, reason, changed_by)
                select p.tenant_id, p.partner_id, p.id, c.old_value, c.new_value, 'adopted: ' || c.reason, 'adopted'
                from %s.changes c join partner_payouts p on p.id::text = c.row_id
                where c.table_name = 'partner_payouts' and c.column_name = 'status'
                """.formatted(SCHEMA)));
        AdoptedPayouts.add(transaction, tables, "");
        for (String table :
                List.of("partner_users", "partner_accounts", "partner_sales", "partner_commission_events")) {
            if (!tables.has(table)) {
                continue;
            }
            withoutTriggers(table, () -> {
                for (String column : List.of("user_id", "customer_id", "invoice_id", "payout_id")) {
                    if (tables.has(table, column)) {
                        clear(table, column);
                    }
                }
            });
        }
        withoutTriggers("partner_commission_events", () -> {
            transaction.update("""
                    update partner_commission_events o
                    set status = 'approved', paid_at = null, hold_until = now(),
                        status_reason = left('adopted: it was ' || c.old_value || ' ' || c.reason, 500)
                    from %s.changes c
                    where c.kind = 'PAID_BELOW_ZERO' and c.row_id = o.id::text
                    """.formatted(SCHEMA));
            UnexplainedPayments.account(transaction);
        });
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void withoutTriggers(String table, Work work) throws SQLException {
        transaction.execute("alter table " + table + " disable trigger user");
        work.run();
        transaction.execute("set constraints all immediate");
        transaction.execute("alter table " + table + " enable trigger user");
    }

    /** Of several changes of one column, one has its new value. */
    private void clear(String table, String column) throws SQLException {
        String more = column.equals("payout_id")
                ? ", hold_until = coalesce(hold_until, case when status = 'approved' then now() end),"
                        + " paid_at = case when c.paid then (select p.completed_at from partner_payouts p"
                        + " where p.id = c.new_value::uuid and p.tenant_id = o.tenant_id) else paid_at end"
                : "";
        transaction.update("""
                update %1$s o set %2$s = c.new_value::uuid%3$s
                from (select row_id, max(new_value) as new_value, bool_or(kind = 'PAID_WITHOUT_PAYOUT') as paid
                      from %4$s.changes where table_name = '%1$s' and column_name = '%2$s' group by 1) c
                where c.row_id = o.id::text
                """.formatted(table, column, more, SCHEMA));
    }
}
