package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;

/** Rebuilds the monthly totals of partners from the events, because no trigger has maintained the old totals. */
final class MonthlyTotals {

    static final String TABLE = "partner_commission_totals";

    private MonthlyTotals() {}

    /** Deletes what the rebuilding calculates again, whatever it says. */
    static void clear(SchemaTransaction transaction) throws SQLException {
        transaction.execute("alter table partner_commission_totals disable trigger user");
        transaction.execute("delete from partner_commission_totals");
        transaction.execute("alter table partner_commission_totals enable trigger user");
    }

    static void rebuild(SchemaTransaction transaction) throws SQLException {
        clear(transaction);
        transaction.execute("alter table partner_commission_totals disable trigger user");
        transaction.execute("""
                insert into partner_commission_totals
                    (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
                select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date, status,
                       sum(base_amount), sum(commission_amount), count(*)
                from partner_commission_events
                group by 1, 2, 3, 4, 5
                """);
        transaction.execute("set constraints all immediate");
        transaction.execute("alter table partner_commission_totals enable trigger user");
    }
}
