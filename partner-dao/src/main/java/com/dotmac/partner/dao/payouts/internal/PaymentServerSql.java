package com.dotmac.partner.dao.payouts.internal;

import static com.dotmac.partner.schema.jooq.Routines.partnerServer;
import static com.dotmac.partner.schema.jooq.Routines.partnerWhyClaimsStop;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYMENT_SERVERS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPaymentServers;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;

/** The statements that decide whether a tenant pays from this database server. */
public final class PaymentServerSql {

    private static final PartnerPaymentServers S = PARTNER_PAYMENT_SERVERS;

    private final Scope scope;
    private final DSLContext dsl;

    public PaymentServerSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** A subquery, which PostgreSQL evaluates once and not for each row. Index: partner_payment_servers_pkey. */
    public static Condition isConfirmed(Field<String> tenantId) {
        return field(select(partnerWhyClaimsStop(tenantId))).isNull();
    }

    /** Index: partner_payment_servers_pkey. */
    public Optional<String> whyClaimsStop() {
        return dsl.select(partnerWhyClaimsStop(val(scope.tenantId())))
                .fetchOptional()
                .map(Record1::value1);
    }

    public Outcome<String> confirm(String reason) {
        return dsl.insertInto(S, S.TENANT_ID, S.SERVER, S.CONFIRMED_BY, S.REASON)
                .select(select(val(scope.tenantId()), partnerServer(), val(scope.actor()), val(reason)))
                .onConflictDoNothing()
                .returning(S.SERVER)
                .fetchOptional(S.SERVER)
                .map(server -> new Outcome<>(server, false))
                .orElseGet(() ->
                        new Outcome<>(dsl.select(partnerServer()).fetchSingle().value1(), true));
    }
}
