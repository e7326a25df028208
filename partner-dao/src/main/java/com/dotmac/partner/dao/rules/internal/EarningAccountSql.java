package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.types.PartnerStatus.ARCHIVED;
import static com.dotmac.partner.schema.types.PartnerStatus.TERMINATED;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.Partners;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SelectSeekStep1;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statements that find the accounts through which a sale earns. */
public final class EarningAccountSql {

    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");
    private static final Partners P = PARTNERS.as("p");

    private static final Parameter<String> TENANT = parameter(A.TENANT_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(A.CUSTOMER_ID);
    private static final Parameter<Instant> SOLD_AT = parameter("sold_at", SQLDataType.INSTANT);

    private static final RenderedSql READ =
            RenderedSql.of("read who earns from a sale", selectAccounts(), TENANT, CUSTOMER, SOLD_AT);

    private static final RenderedSql HOLD =
            RenderedSql.of("lock by whom a sale may earn", selectHeld(), TENANT, CUSTOMER, SOLD_AT);

    /** The parameters of {@link #held} and {@link #assigned}. */
    static final List<Parameter<?>> PARAMETERS = List.of(TENANT, CUSTOMER, SOLD_AT);

    private static final RenderedSql READ_OF_ANY_PARTNER = RenderedSql.of(
            "read who was assigned at the time of a sale", selectOfAnyPartner(), TENANT, CUSTOMER, SOLD_AT);

    private final Scope scope;
    private final DSLContext dsl;

    EarningAccountSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** In the order of partner ids. Index: partner_accounts_by_customer. */
    List<Earning.Account> read(Sale sale) {
        return values(sale, READ.call()).fetch(dsl, EarningAccountSql::account);
    }

    /**
     * The same as the common table expression {@code held}, with a lock until the transaction ends: no account ends before
     * that, and the statement waits for a transaction that is ending one. The insert of the event takes the same lock for
     * its reference.
     */
    static CommonTableExpression<?> held() {
        return name("held").asMaterialized(selectAccounts().forKeyShare().of(A));
    }

    /**
     * How many accounts {@code held} would have if it had not waited. It lacks an account that ended while it waited, and
     * also one that began in the same transaction.
     */
    static Field<Integer> assigned() {
        return field(select(count())
                .from(A)
                .join(P)
                .on(isThePartner())
                .where(isAssigned())
                .and(not(isOver())));
    }

    /** What {@link #held} locks, by a statement of its own that sees what the last one waited for. */
    List<Held> hold(Sale sale) {
        return values(sale, HOLD.call()).fetch(dsl, EarningAccountSql::held);
    }

    /**
     * A row of the accounts that are locked.
     *
     * @param account null in the one row of a sale by which nobody may earn
     * @param assigned see {@link #assigned}; the same in every row
     */
    record Held(Earning.@Nullable Account account, int assigned) {}

    /** The account's columns come first, then the number. */
    static Held held(ResultSet row) throws SQLException {
        return new Held(row.getString(1) == null ? null : account(row), row.getInt(6));
    }

    /** Gives the call the values of {@link #PARAMETERS}. */
    RenderedSql.Call values(Sale sale, RenderedSql.Call call) {
        return call.with(TENANT, scope.tenantId())
                .with(CUSTOMER, sale.customerId())
                .with(SOLD_AT, sale.occurredAt());
    }

    /**
     * An account at the time of a sale.
     *
     * @param isOver whether the partner is terminated or archived by now
     */
    public record OfAnyPartner(Earning.Account account, boolean isOver) {}

    /** As {@link #read}, also the accounts of partners who are terminated by now. */
    List<OfAnyPartner> readOfAnyPartner(Sale sale) {
        return values(sale, READ_OF_ANY_PARTNER.call())
                .fetch(dsl, row -> new OfAnyPartner(account(row), row.getBoolean(6)));
    }

    static Earning.Account account(ResultSet row) throws SQLException {
        return new Earning.Account(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getBigDecimal(3),
                row.getBigDecimal(4),
                row.getInt(5));
    }

    private static SelectSeekStep1<?, UUID> selectAccounts() {
        return select(A.ID, A.PARTNER_ID, A.CUSTOM_COMMISSION_RATE, P.DEFAULT_COMMISSION_RATE, P.COMMISSION_HOLD_DAYS)
                .from(A)
                .join(P)
                .on(isThePartner())
                .where(isAssigned())
                .and(not(isOver()))
                .orderBy(A.PARTNER_ID);
    }

    private static Query selectHeld() {
        CommonTableExpression<?> held = held();
        Table<?> counted = select(assigned().as("assigned")).asTable("counted");
        return with(held)
                .select(held.fields())
                .select(counted.fields())
                .from(counted)
                .leftJoin(held)
                .on(noCondition())
                .orderBy(Objects.requireNonNull(held.field(A.PARTNER_ID)));
    }

    private static SelectSeekStep1<?, UUID> selectOfAnyPartner() {
        return select(
                        A.ID,
                        A.PARTNER_ID,
                        A.CUSTOM_COMMISSION_RATE,
                        P.DEFAULT_COMMISSION_RATE,
                        P.COMMISSION_HOLD_DAYS,
                        field(isOver()))
                .from(A)
                .join(P)
                .on(isThePartner())
                .where(isAssigned())
                .orderBy(A.PARTNER_ID);
    }

    private static Condition isThePartner() {
        return P.TENANT_ID.eq(A.TENANT_ID).and(P.ID.eq(A.PARTNER_ID));
    }

    private static Condition isAssigned() {
        return A.TENANT_ID
                .eq(TENANT)
                .and(A.CUSTOMER_ID.eq(CUSTOMER))
                .and(A.STARTS_AT.le(SOLD_AT))
                .and(A.ENDS_AT.isNull().or(A.ENDS_AT.gt(SOLD_AT)));
    }

    private static Condition isOver() {
        return P.STATUS.in(inline(TERMINATED, P.STATUS), inline(ARCHIVED, P.STATUS));
    }
}
