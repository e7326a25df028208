package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_HOLD_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_PARTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_USERS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutAttempts;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutParts;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.PartnerRefunds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/** The statement that finds the partners whose rows were written since a checkpoint. */
final class WrittenPartnersSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerPayouts P = PARTNER_PAYOUTS.as("p");
    private static final PartnerPayoutAttempts T = PARTNER_PAYOUT_ATTEMPTS.as("t");
    private static final PartnerPayoutParts PART = PARTNER_PAYOUT_PARTS.as("part");
    private static final PartnerRefunds F = PARTNER_REFUNDS.as("f");

    /** PostgreSQL stores the last 32 bits of the transaction that wrote a row. */
    private static final long TRANSACTIONS = 1L << 32;

    private static final long COMPARABLE = 1L << 30;

    private final DSLContext dsl;
    private final Optional<String> tenantId;
    private final Checkpoint since;
    private final boolean isComparable;

    WrittenPartnersSql(DSLContext dsl, Optional<String> tenantId, Checkpoint since, Checkpoint now) {
        this.dsl = dsl;
        this.tenantId = tenantId;
        this.since = since;
        this.isComparable = now.transaction() - since.transaction() < COMPARABLE;
    }

    /**
     * The partners by tenant. No index has the transaction that wrote a row, so the statement reads every row of the
     * tables of which it asks. It does not read the sales and the commission events, which are the most: whoever writes
     * an event makes the triggers write its monthly total, its payout or a part of that, and a sale is written with its events.
     */
    Map<String, List<UUID>> byTenant() {
        return dsl.fetch(in(PARTNERS.TENANT_ID, PARTNERS.ID)
                        .union(in(PARTNER_USERS.TENANT_ID, PARTNER_USERS.PARTNER_ID))
                        .union(in(PARTNER_ACCOUNTS.TENANT_ID, PARTNER_ACCOUNTS.PARTNER_ID))
                        .union(in(PARTNER_PAYOUT_MINIMUMS.TENANT_ID, PARTNER_PAYOUT_MINIMUMS.PARTNER_ID))
                        .union(in(PARTNER_COMMISSIONS.TENANT_ID, PARTNER_COMMISSIONS.PARTNER_ID))
                        .union(in(PARTNER_PAYOUTS.TENANT_ID, PARTNER_PAYOUTS.PARTNER_ID))
                        .union(in(PARTNER_STATUS_CHANGES.TENANT_ID, PARTNER_STATUS_CHANGES.PARTNER_ID))
                        .union(in(PARTNER_COMMISSION_TOTALS.TENANT_ID, PARTNER_COMMISSION_TOTALS.PARTNER_ID))
                        .union(in(PARTNER_PAYOUT_HOLD_CHANGES.TENANT_ID, PARTNER_PAYOUT_HOLD_CHANGES.PARTNER_ID))
                        .union(payeesOf(T, T.TENANT_ID, T.PAYOUT_ID))
                        .union(payeesOf(PART, PART.TENANT_ID, PART.PAYOUT_ID))
                        .union(earnersOfRefundedSales()))
                .intoGroups(PARTNERS.TENANT_ID, PARTNERS.ID);
    }

    /** Index: partner_payouts_pkey. */
    private Select<Record2<String, UUID>> payeesOf(
            Table<?> written, TableField<?, String> tenant, TableField<?, UUID> payoutId) {
        return DSL.selectDistinct(P.TENANT_ID, P.PARTNER_ID)
                .from(written)
                .join(P)
                .on(P.TENANT_ID.eq(tenant))
                .and(P.ID.eq(payoutId))
                .where(isYoung(written))
                .and(ofTenant(tenant));
    }

    /** Index: partner_commission_events_by_sale. */
    private Select<Record2<String, UUID>> earnersOfRefundedSales() {
        return DSL.selectDistinct(E.TENANT_ID, E.PARTNER_ID)
                .from(F)
                .join(E)
                .on(E.TENANT_ID.eq(F.TENANT_ID))
                .and(E.SALE_ID.eq(F.SALE_ID))
                .where(isYoung(F))
                .and(ofTenant(F.TENANT_ID));
    }

    private Select<Record2<String, UUID>> in(TableField<?, String> tenant, TableField<?, UUID> partner) {
        return DSL.selectDistinct(tenant, partner)
                .from(tenant.getTable())
                .where(isYoung(tenant.getTable()))
                .and(ofTenant(tenant));
    }

    private Condition ofTenant(TableField<?, String> tenant) {
        return tenantId.map(tenant::eq).orElse(noCondition());
    }

    /**
     * A row is young if the transaction that wrote it is no farther behind the newest one than the checkpoint is.
     * Numbers repeat after 2^32 transactions, and PostgreSQL compares them within 2^31: if the checkpoint is much older,
     * every row is young. So too many rows are young, never too few.
     */
    private Condition isYoung(Table<?> table) {
        return isComparable
                ? condition("age({0}.xmin) <= age({1}::text::xid)", table, val(since.transaction() % TRANSACTIONS))
                : noCondition();
    }
}
