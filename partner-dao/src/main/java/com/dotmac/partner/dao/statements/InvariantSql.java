package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_BROKEN_INVARIANTS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.RowSecurity;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.statements.Verification.BrokenRow;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.schema.jooq.tables.PartnerBrokenInvariants;
import com.dotmac.partner.schema.jooq.tables.records.PartnerBrokenInvariantsRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The statements of a verification, of one tenant or of all. */
public final class InvariantSql {

    private static final PartnerBrokenInvariants B = PARTNER_BROKEN_INVARIANTS.as("b");

    private static final int NAMED_AT_MOST = 100;
    private static final int PARTNERS_AT_ONCE = 200;

    private final DSLContext dsl;
    private final Optional<String> tenantId;
    private final Map<Invariant, Long> counts = new EnumMap<>(Invariant.class);
    private final Map<Invariant, List<BrokenRow>> rows = new EnumMap<>(Invariant.class);

    private InvariantSql(DSLContext dsl, Optional<String> tenantId) {
        this.dsl = dsl;
        this.tenantId = tenantId;
    }

    /**
     * Verifies every partner.
     *
     * @param tenantId empty: of all tenants
     */
    public static Verification all(Transactions transactions, Optional<String> tenantId) {
        return transactions.readWith(PlannerSettings::readEveryRow, dsl -> new InvariantSql(dsl, tenantId).all());
    }

    /**
     * Verifies the partners with rows that were written since.
     *
     * @param tenantId empty: of all tenants
     */
    public static Verification since(Transactions transactions, Optional<String> tenantId, Checkpoint checkpoint) {
        return transactions.readWith(
                PlannerSettings::readFewRows, dsl -> new InvariantSql(dsl, tenantId).since(checkpoint));
    }

    /** A role that row security binds sees no row without its tenant, and nothing that is broken. */
    private void requireAllRows() {
        if (RowSecurity.hidesRows(dsl, tenantId)) {
            throw new PartnerException.InvalidInput(
                    "row security hides rows from this verification: "
                            + (tenantId.isPresent()
                                    ? "take the scope from PartnerStore.isolated()"
                                    : "give PartnerStore a role that sees all tenants, the operator or the owner of the tables"));
        }
    }

    private Verification all() {
        requireAllRows();
        Checkpoint next = next();
        for (Invariant invariant : Invariant.values()) {
            find(
                    invariant,
                    select(B.fields())
                            .from(B)
                            .where(B.INVARIANT.eq(inline(invariant.toString())))
                            .and(tenantId.map(B.TENANT_ID::eq).orElse(noCondition())));
        }
        return found(next);
    }

    private Verification since(Checkpoint checkpoint) {
        requireAllRows();
        Checkpoint next = next();
        if (checkpoint.transaction() > next.transaction()) {
            throw new PartnerException.InvalidInput(
                    "checkpoint " + checkpoint + " is ahead of this database, which is at " + next
                            + ": it is another's, or this one was restored. Verify everything");
        }
        Map<String, List<UUID>> written = new WrittenPartnersSql(dsl, tenantId, checkpoint, next).byTenant();
        if (PlannerSettings.hasStatistics(dsl)) {
            PlannerSettings.readByIndex(dsl);
            written.forEach(this::findByIndex);
        } else {
            PlannerSettings.readEveryRow(dsl);
            written.forEach(this::findAmongAll);
        }
        return found(next);
    }

    private void findByIndex(String tenant, List<UUID> partners) {
        for (int first = 0; first < partners.size(); first += PARTNERS_AT_ONCE) {
            UUID[] some = partners.subList(first, Math.min(first + PARTNERS_AT_ONCE, partners.size()))
                    .toArray(UUID[]::new);
            for (Invariant invariant : Invariant.values()) {
                find(invariant, ofPartners(invariant, tenant, some));
            }
        }
    }

    private void findAmongAll(String tenant, List<UUID> partners) {
        for (Invariant invariant : Invariant.values()) {
            find(
                    invariant,
                    select(B.fields())
                            .from(B)
                            .where(B.INVARIANT.eq(inline(invariant.toString())))
                            .and(B.TENANT_ID.eq(tenant))
                            .and(B.PARTNER_ID.eq(any(partners.toArray(UUID[]::new)))));
        }
    }

    /**
     * PostgreSQL runs the view once for each partner, by the indexes that begin with tenant and partner. The offset
     * keeps it from running the view once for all partners of the tenant, and joining afterwards.
     */
    private static Select<?> ofPartners(Invariant invariant, String tenant, UUID[] partners) {
        Field<UUID> partner = field(name("written", "partner_id"), SQLDataType.UUID);
        Table<?> written = table("unnest({0}) as written (partner_id)", val(partners));
        Table<?> broken = table(
                "({0} offset 0)",
                select(B.fields())
                        .from(B)
                        .where(B.INVARIANT.eq(inline(invariant.toString())))
                        .and(B.TENANT_ID.eq(tenant))
                        .and(B.PARTNER_ID.eq(partner)));
        return select(B.fields()).from(written).crossJoin(lateral(broken).as(B.getName()));
    }

    /** Every row that a transaction commits from now on has this transaction's number or a later one. */
    private Checkpoint next() {
        return new Checkpoint(dsl.select(field("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", Long.class))
                .fetchSingle()
                .value1());
    }

    /** One statement for each invariant, which frees its memory before the next. */
    private void find(Invariant invariant, Select<?> brokenRows) {
        Table<?> b = brokenRows.asTable("b");
        Field<Integer> total = count().over().as("total");
        Field<Integer> number = rowNumber()
                .over()
                .orderBy(
                        b.field(B.TENANT_ID),
                        b.field(B.PARTNER_ID),
                        b.field(B.TABLE_NAME),
                        b.field(B.ROW_ID),
                        b.field(B.DETAIL))
                .as("number");
        CommonTableExpression<?> broken =
                name("broken").as(select(b.fields()).select(total, number).from(b));
        dsl.with(broken)
                .selectFrom(broken)
                .where(broken.field(number).le(inline(NAMED_AT_MOST)))
                .orderBy(broken.field(number))
                .forEach(row -> {
                    if (row.get(number) == 1) {
                        counts.merge(invariant, row.get(total).longValue(), Long::sum);
                    }
                    List<BrokenRow> named = rows.computeIfAbsent(invariant, first -> new ArrayList<>());
                    if (named.size() < NAMED_AT_MOST) {
                        PartnerBrokenInvariantsRecord each = row.into(B);
                        named.add(new BrokenRow(
                                invariant,
                                each.getTenantId(),
                                Optional.ofNullable(each.getPartnerId()),
                                each.getTableName(),
                                each.getRowId(),
                                each.getDetail()));
                    }
                });
    }

    private Verification found(Checkpoint next) {
        return new Verification(
                next, counts, rows.values().stream().flatMap(List::stream).toList());
    }
}
