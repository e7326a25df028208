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
import com.dotmac.partner.dao.statements.Verification.BrokenRow;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.PartnerBrokenInvariants;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
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

    private static final PartnerBrokenInvariants B = PARTNER_BROKEN_INVARIANTS.as("b");
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");
    private static final PartnerPayouts P = PARTNER_PAYOUTS.as("p");

    private static final int NAMED_AT_MOST = 100;
    private static final int PARTNERS_AT_ONCE = 200;

    /** PostgreSQL stores the last 32 bits of the transaction that wrote a row. */
    private static final long TRANSACTIONS = 1L << 32;

    private final DSLContext dsl;
    private final Optional<String> tenantId;
    private final Map<Invariant, Long> counts = new EnumMap<>(Invariant.class);
    private final Map<Invariant, List<BrokenRow>> rows = new EnumMap<>(Invariant.class);

    /** @param tenantId empty: of all tenants */
    public InvariantSql(DSLContext dsl, Optional<String> tenantId) {
        this.dsl = dsl;
        this.tenantId = tenantId;
    }

    /** Verifies every partner. */
    public Verification all() {
        Checkpoint next = next();
        find(tenantId.map(B.TENANT_ID::eq).orElse(noCondition()));
        return found(next);
    }

    /** Verifies the partners with rows that were written since. */
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
                find(B.TENANT_ID.eq(tenant.getKey()).and(B.PARTNER_ID.eq(any(some))));
            }
        }
        return found(next);
    }

    /** Every row that a transaction commits from now on has this transaction's number or a later one. */
    private Checkpoint next() {
        return new Checkpoint(dsl.select(field("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", Long.class))
                .fetchSingle()
                .value1());
    }

    /** PostgreSQL passes the condition on to each view, which reads these tenants and partners alone. */
    private void find(Condition condition) {
        Field<Integer> total = count().over().partitionBy(B.INVARIANT).as("total");
        Field<Integer> number = rowNumber()
                .over()
                .partitionBy(B.INVARIANT)
                .orderBy(B.TENANT_ID, B.PARTNER_ID, B.TABLE_NAME, B.ROW_ID, B.DETAIL)
                .as("number");
        CommonTableExpression<?> broken = name("broken")
                .as(select(B.fields()).select(total, number).from(B).where(condition));
        dsl.with(broken)
                .selectFrom(broken)
                .where(broken.field(number).le(inline(NAMED_AT_MOST)))
                .orderBy(broken.field(number))
                .forEach(row -> {
                    Invariant invariant = Invariant.named(row.get(B.INVARIANT));
                    if (row.get(number) == 1) {
                        counts.merge(invariant, row.get(total).longValue(), Long::sum);
                    }
                    List<BrokenRow> named = rows.computeIfAbsent(invariant, first -> new ArrayList<>());
                    if (named.size() < NAMED_AT_MOST) {
                        named.add(new BrokenRow(
                                invariant,
                                row.get(B.TENANT_ID),
                                row.get(B.PARTNER_ID),
                                row.get(B.TABLE_NAME),
                                row.get(B.ROW_ID),
                                row.get(B.DETAIL)));
                    }
                });
    }

    private Verification found(Checkpoint next) {
        return new Verification(
                next, counts, rows.values().stream().flatMap(List::stream).toList());
    }

    /**
     * The partners with a row that was written since, or whose payout or account a written row names, by tenant. No
     * index has the transaction that wrote a row, so the statement reads every row once.
     */
    private Map<String, List<UUID>> written(Checkpoint since) {
        return dsl.fetch(in(PARTNERS.TENANT_ID, PARTNERS.ID, since)
                        .union(in(PARTNER_USERS.TENANT_ID, PARTNER_USERS.PARTNER_ID, since))
                        .union(in(A.TENANT_ID, A.PARTNER_ID, since))
                        .union(in(PARTNER_PAYOUT_MINIMUMS.TENANT_ID, PARTNER_PAYOUT_MINIMUMS.PARTNER_ID, since))
                        .union(in(PARTNER_COMMISSIONS.TENANT_ID, PARTNER_COMMISSIONS.PARTNER_ID, since))
                        .union(in(P.TENANT_ID, P.PARTNER_ID, since))
                        .union(in(PARTNER_STATUS_CHANGES.TENANT_ID, PARTNER_STATUS_CHANGES.PARTNER_ID, since))
                        .union(in(E.TENANT_ID, E.PARTNER_ID, since))
                        .union(in(PARTNER_COMMISSION_TOTALS.TENANT_ID, PARTNER_COMMISSION_TOTALS.PARTNER_ID, since))
                        .union(in(PARTNER_PAYOUT_HOLD_CHANGES.TENANT_ID, PARTNER_PAYOUT_HOLD_CHANGES.PARTNER_ID, since))
                        .union(holdersOfEvents(since))
                        .union(earnersThroughAccounts(since)))
                .intoGroups(PARTNERS.TENANT_ID, PARTNERS.ID);
    }

    /** The partners whose payouts contain written events: the events' own partners, unless somebody moved an event. */
    private Select<Record2<String, UUID>> holdersOfEvents(Checkpoint since) {
        return DSL.selectDistinct(P.TENANT_ID, P.PARTNER_ID)
                .from(E)
                .join(P)
                .on(P.TENANT_ID.eq(E.TENANT_ID))
                .and(P.ID.eq(E.PAYOUT_ID))
                .where(isYoung(E, since))
                .and(ofTenant(E.TENANT_ID));
    }

    /** The partners of events that were earned through written accounts. */
    private Select<Record2<String, UUID>> earnersThroughAccounts(Checkpoint since) {
        return DSL.selectDistinct(E.TENANT_ID, E.PARTNER_ID)
                .from(A)
                .join(E)
                .on(E.TENANT_ID.eq(A.TENANT_ID))
                .and(E.ACCOUNT_ID.eq(A.ID))
                .where(isYoung(A, since))
                .and(ofTenant(A.TENANT_ID));
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
     * A row is young if the transaction that wrote it is no farther behind the newest one than the checkpoint is.
     * Numbers repeat after 2^32 transactions: then too many rows are young, never too few.
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
