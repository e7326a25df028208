package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.clawed_back;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.earned;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.payment_returned;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind;
import com.dotmac.partner.schema.jooq.tables.PartnerLedger;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record6;

/** The statement of {@link StatementDao#statements}: adds up the ledger by its own kinds. */
final class StatementSql {

    private static final PartnerLedger L = PARTNER_LEDGER.as("l");

    private final Scope scope;
    private final DSLContext dsl;

    StatementSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Indexes: partner_commission_events_by_partner, partner_payouts_by_period. */
    List<Statement> of(UUID partnerId, Instant from, Instant to) {
        Condition during = L.AT.ge(from);
        return dsl.select(
                        L.CURRENCY,
                        total(L.AMOUNT, L.AT.lt(from)),
                        total(L.AMOUNT, during.and(is(earned))),
                        total(L.AMOUNT.neg(), during.and(is(clawed_back))),
                        total(L.AMOUNT.neg(), during.and(is(paid))),
                        total(L.AMOUNT, during.and(is(payment_returned))))
                .from(L)
                .where(L.TENANT_ID.eq(scope.tenantId()))
                .and(L.PARTNER_ID.eq(partnerId))
                .and(L.AT.lt(to))
                .groupBy(L.CURRENCY)
                .orderBy(L.CURRENCY)
                .fetch(row -> statement(partnerId, from, to, row));
    }

    private static Condition is(PartnerLedgerKind kind) {
        return L.KIND.eq(inline(kind));
    }

    private static Field<BigDecimal> total(Field<BigDecimal> amount, Condition condition) {
        return coalesce(sum(amount).filterWhere(condition), inline(BigDecimal.ZERO));
    }

    private static Statement statement(
            UUID partnerId,
            Instant from,
            Instant to,
            Record6<Currency, BigDecimal, BigDecimal, BigDecimal, BigDecimal, BigDecimal> row) {
        Currency currency = row.value1();
        return new Statement(
                partnerId,
                currency,
                from,
                to,
                new Money(row.value2(), currency),
                new Money(row.value3(), currency),
                new Money(row.value4(), currency),
                new Money(row.value5(), currency),
                new Money(row.value6(), currency));
    }
}
