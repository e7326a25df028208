package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_BROKEN_INVARIANTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_HOLD_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_USERS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/** The statements of a verification, of one tenant or of all. */
public final class InvariantSql {

    private static final int NAMED_AT_MOST = 100;
    private static final int PARTNERS_AT_ONCE = 200;

    /** A row keeps the last 32 bits of the transaction that wrote it. */
    private static final long TRANSACTIONS = 1L << 32;

    private final DSLContext dsl;
    private final Optional<String> tenantId;
    private final Map<Invariant, Long> counts = new EnumMap<>(Invariant.class);
    private final Map<Invariant, List<BrokenRow>> rows = new EnumMap<>(Invariant.class);

    public InvariantSql(DSLContext dsl, Optional<String> tenantId) {
        this.dsl = dsl;
        this.tenantId = tenantId;
    }

    public Verification all() {
        Checkpoint next = next();
        find(tenantId.map(PARTNER_BROKEN_INVARIANTS.TENANT_ID::eq).orElse(noCondition()));
        return found(next);
    }

    public Verification since(Checkpoint checkpoint) {
        Checkpoint next = next();
        if (checkpoint.transaction() > next.transaction()) {
            throw new PartnerException.InvalidInput(
                    "checkpoint " + checkpoint + " is ahead of this database, which is at " + next
                            + ": it is another's, or this one was restored. Verify everything");
        }
        for (Map.Entry<String, List<UUID>> tenant : written(checkpoint).entrySet()) {
            List<UUID> partners = tenant.getValue();
            for (int first = 0; first < partners.size(); first += PARTNERS_AT_ONCE) {
                UUID[] some = partners.subList(first, Math.min(first + PARTNERS_AT_ONCE, partners.size()))
                        .toArray(UUID[]::new);
                find(PARTNER_BROKEN_INVARIANTS
                        .TENANT_ID
                        .eq(tenant.getKey())
                        .and(PARTNER_BROKEN_INVARIANTS.PARTNER_ID.eq(any(some))));
            }
        }
        return found(next);
    }

    /** Whatever commits from now on was written by this transaction or a later one. */
    private Checkpoint next() {
        return new Checkpoint(dsl.select(field("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", Long.class))
                .fetchSingle()
                .value1());
    }

    /** Each view is asked for these rows alone. */
    private void find(Condition condition) {
        Field<Integer> total =
                count().over().partitionBy(PARTNER_BROKEN_INVARIANTS.INVARIANT).as("total");
        Field<Integer> number = rowNumber()
                .over()
                .partitionBy(PARTNER_BROKEN_INVARIANTS.INVARIANT)
                .orderBy(
                        PARTNER_BROKEN_INVARIANTS.TENANT_ID,
                        PARTNER_BROKEN_INVARIANTS.PARTNER_ID,
                        PARTNER_BROKEN_INVARIANTS.TABLE_NAME,
                        PARTNER_BROKEN_INVARIANTS.ROW_ID,
                        PARTNER_BROKEN_INVARIANTS.DETAIL)
                .as("number");
        CommonTableExpression<?> broken = name("broken")
                .as(select(PARTNER_BROKEN_INVARIANTS.fields())
                        .select(total, number)
                        .from(PARTNER_BROKEN_INVARIANTS)
                        .where(condition));
        dsl.with(broken)
                .selectFrom(broken)
                .where(broken.field(number).le(inline(NAMED_AT_MOST)))
                .orderBy(broken.field(number))
                .forEach(row -> {
                    Invariant invariant = Invariant.named(row.get(PARTNER_BROKEN_INVARIANTS.INVARIANT));
                    if (row.get(number) == 1) {
                        counts.merge(invariant, row.get(total).longValue(), Long::sum);
                    }
                    List<BrokenRow> named = rows.computeIfAbsent(invariant, first -> new ArrayList<>());
                    if (named.size() < NAMED_AT_MOST) {
                        named.add(new BrokenRow(
                                invariant,
                                row.get(PARTNER_BROKEN_INVARIANTS.TENANT_ID),
                                row.get(PARTNER_BROKEN_INVARIANTS.PARTNER_ID),
                                row.get(PARTNER_BROKEN_INVARIANTS.TABLE_NAME),
                                row.get(PARTNER_BROKEN_INVARIANTS.ROW_ID),
                                row.get(PARTNER_BROKEN_INVARIANTS.DETAIL)));
                    }
                });
    }

    private Verification found(Checkpoint next) {
        return new Verification(
                next, counts, rows.values().stream().flatMap(List::stream).toList());
    }

    /**
     * Partners of whom any row was written since, or whose rows one of another's points to, by tenant. No index knows when a row
     * was written: every row is passed once.
     */
    private Map<String, List<UUID>> written(Checkpoint since) {
        return dsl.fetch(in(PARTNERS.TENANT_ID, PARTNERS.ID, since)
                        .union(in(PARTNER_USERS.TENANT_ID, PARTNER_USERS.PARTNER_ID, since))
                        .union(in(PARTNER_ACCOUNTS.TENANT_ID, PARTNER_ACCOUNTS.PARTNER_ID, since))
                        .union(in(PARTNER_PAYOUT_MINIMUMS.TENANT_ID, PARTNER_PAYOUT_MINIMUMS.PARTNER_ID, since))
                        .union(in(PARTNER_COMMISSIONS.TENANT_ID, PARTNER_COMMISSIONS.PARTNER_ID, since))
                        .union(in(PARTNER_PAYOUTS.TENANT_ID, PARTNER_PAYOUTS.PARTNER_ID, since))
                        .union(in(PARTNER_STATUS_CHANGES.TENANT_ID, PARTNER_STATUS_CHANGES.PARTNER_ID, since))
                        .union(in(PARTNER_COMMISSION_EVENTS.TENANT_ID, PARTNER_COMMISSION_EVENTS.PARTNER_ID, since))
                        .union(in(PARTNER_COMMISSION_TOTALS.TENANT_ID, PARTNER_COMMISSION_TOTALS.PARTNER_ID, since))
                        .union(in(PARTNER_PAYOUT_HOLD_CHANGES.TENANT_ID, PARTNER_PAYOUT_HOLD_CHANGES.PARTNER_ID, since))
                        .union(holdersOfEvents(since))
                        .union(earnersThroughAccounts(since)))
                .intoGroups(PARTNERS.TENANT_ID, PARTNERS.ID);
    }

    /** Whose payouts hold the events that were written: not another's, unless somebody moved them. */
    private Select<Record2<String, UUID>> holdersOfEvents(Checkpoint since) {
        return DSL.selectDistinct(PARTNER_PAYOUTS.TENANT_ID, PARTNER_PAYOUTS.PARTNER_ID)
                .from(PARTNER_COMMISSION_EVENTS)
                .join(PARTNER_PAYOUTS)
                .on(PARTNER_PAYOUTS.TENANT_ID.eq(PARTNER_COMMISSION_EVENTS.TENANT_ID))
                .and(PARTNER_PAYOUTS.ID.eq(PARTNER_COMMISSION_EVENTS.PAYOUT_ID))
                .where(isYoung(PARTNER_COMMISSION_EVENTS, since))
                .and(ofTenant(PARTNER_COMMISSION_EVENTS.TENANT_ID));
    }

    private Select<Record2<String, UUID>> earnersThroughAccounts(Checkpoint since) {
        return DSL.selectDistinct(PARTNER_COMMISSION_EVENTS.TENANT_ID, PARTNER_COMMISSION_EVENTS.PARTNER_ID)
                .from(PARTNER_ACCOUNTS)
                .join(PARTNER_COMMISSION_EVENTS)
                .on(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_ACCOUNTS.TENANT_ID))
                .and(PARTNER_COMMISSION_EVENTS.ACCOUNT_ID.eq(PARTNER_ACCOUNTS.ID))
                .where(isYoung(PARTNER_ACCOUNTS, since))
                .and(ofTenant(PARTNER_ACCOUNTS.TENANT_ID));
    }

    private Select<Record2<String, UUID>> in(
            TableField<?, String> tenant, TableField<?, UUID> partner, Checkpoint since) {
        return DSL.selectDistinct(tenant, partner)
                .from(tenant.getTable())
                .where(isYoung(tenant.getTable(), since))
                .and(ofTenant(tenant));
    }

    private Condition ofTenant(TableField<?, String> tenant) {
        return tenantId.map(tenant::eq).orElse(noCondition());
    }

    /**
     * A row is young when the transaction that wrote it is no farther behind the newest than the checkpoint is. After 2^32
     * transactions numbers come again: then too many rows are young, never too few.
     */
    private static Condition isYoung(Table<?> table, Checkpoint since) {
        Field<Long> ahead = field(
                "({0}.xmin::text::bigint - {1} + {2}) % {2}",
                Long.class, table, val(since.transaction() % TRANSACTIONS), inline(TRANSACTIONS));
        Field<Long> span = field(
                "pg_snapshot_xmax(pg_current_snapshot())::text::bigint - {0}", Long.class, val(since.transaction()));
        return ahead.le(span);
    }
}
