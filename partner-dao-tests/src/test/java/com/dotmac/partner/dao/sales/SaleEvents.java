package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.sales.SaleModel.Side;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** What the database has of the sales of one tenant, by plain SQL. */
final class SaleEvents {

    private final DSLContext sql;
    private final String tenant;

    SaleEvents(DSLContext sql, String tenant) {
        this.sql = sql;
        this.tenant = tenant;
    }

    /** The sum of the events that count, by sale and partner; without zeros. */
    Map<Side, BigDecimal> nets() {
        return sums("commission_amount");
    }

    /** The same of their bases. */
    Map<Side, BigDecimal> bases() {
        return sums("base_amount");
    }

    private Map<Side, BigDecimal> sums(String column) {
        Map<Side, BigDecimal> sums = new LinkedHashMap<>();
        sql.fetch("""
                        select s.idempotency_key, e.partner_id, sum(e.%s)
                        from partner_commission_events e
                        join partner_sales s on s.tenant_id = e.tenant_id and s.id = e.sale_id
                        where e.tenant_id = ? and e.status not in ('cancelled', 'clawback')
                        group by s.id, s.idempotency_key, e.partner_id
                        having sum(e.%s) <> 0
                        order by s.id, e.partner_id
                        """.formatted(column, column), tenant)
                .forEach(row -> sums.put(side(row), row.get(2, BigDecimal.class).stripTrailingZeros()));
        return sums;
    }

    private static Side side(Record row) {
        return new Side(row.get(0, String.class), row.get(1, UUID.class));
    }

    /** Pending events without an entry that counts, in the order of recording. */
    Map<Side, UUID> pendingAlone() {
        Map<Side, UUID> pending = new LinkedHashMap<>();
        sql.fetch("""
                        select s.idempotency_key, e.partner_id, e.id
                        from partner_commission_events e
                        join partner_sales s on s.tenant_id = e.tenant_id and s.id = e.sale_id
                        where e.tenant_id = ? and e.status = 'pending' and e.reverses_id is null and e.corrects_id is null
                          and not exists (select from partner_commission_events r where r.tenant_id = e.tenant_id
                                          and (r.reverses_id = e.id or r.corrects_id = e.id)
                                          and r.status not in ('cancelled', 'clawback'))
                        order by s.recorded_at, s.id, e.partner_id
                        """, tenant).forEach(row -> pending.put(side(row), row.get(2, UUID.class)));
        return pending;
    }

    /** The event that can be clawed back; it counts, and has no other above it. */
    Optional<UUID> head(Side side) {
        return sql.fetch("""
                        select e.id
                        from partner_commission_events e
                        join partner_sales s on s.tenant_id = e.tenant_id and s.id = e.sale_id
                        where e.tenant_id = ? and s.idempotency_key = ? and e.partner_id = ?
                          and e.status not in ('cancelled', 'clawback')
                          and e.reverses_id is null and e.corrects_id is null and e.commission_amount >= 0
                        """, tenant, side.sale(), side.partner()).stream()
                .map(row -> row.get(0, UUID.class))
                .findFirst();
    }

    /** The event of a commission that was booked last and is no entry of another, whether it counts or was clawed back. */
    UUID newestOriginal(Side side) {
        return sql.fetchOne("""
                        select e.id
                        from partner_commission_events e
                        join partner_sales s on s.tenant_id = e.tenant_id and s.id = e.sale_id
                        where e.tenant_id = ? and s.idempotency_key = ? and e.partner_id = ?
                          and e.status <> 'cancelled' and e.reverses_id is null and e.corrects_id is null
                        order by e.recorded_at desc, e.id desc limit 1
                        """, tenant, side.sale(), side.partner()).get(0, UUID.class);
    }

    List<UUID> all() {
        return sql.fetch("select id from partner_commission_events where tenant_id = ? order by id", tenant)
                .map(row -> row.get(0, UUID.class));
    }

    int count() {
        return all().size();
    }
}
