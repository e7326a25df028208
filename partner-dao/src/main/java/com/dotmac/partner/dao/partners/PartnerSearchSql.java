package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lower;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerPosition.Place;
import com.dotmac.partner.dao.partners.PartnerQuery.Order;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import com.dotmac.partner.schema.types.PartnerStatusConverter;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Select;
import org.jspecify.annotations.Nullable;

/** The statement of {@link PartnerDao#search}. */
final class PartnerSearchSql {

    /** In collation C, the order of code points, the prefix followed by this character comes after every text that begins with the prefix. */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    /** The expression of the index partners_by_name. */
    private static final Field<String> NAME = name(P);

    /** The partner at which the page begins. */
    private static final Partners B = PARTNERS.as("b");

    private final Scope scope;
    private final DSLContext dsl;

    PartnerSearchSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** One row more than the page has tells whether there is a next page, another one may be the last of the page before. */
    Page<Partner> page(PartnerQuery query, int size, @Nullable PartnerPosition position) {
        List<Partner> rows = rows(query, size + 2, position);
        if (position != null) {
            if (rows.isEmpty() && !dsl.fetchExists(begin(query.order(), position))) {
                throw PartnerPosition.lost();
            }
            if (!rows.isEmpty() && Place.of(rows.get(0), query.order()).equals(position.last())) {
                rows = rows.subList(1, rows.size());
            }
        }
        if (rows.size() <= size) {
            return new Page<>(rows, Optional.empty());
        }
        PartnerPosition next = new PartnerPosition(
                Place.of(rows.get(size - 1), query.order()), Place.of(rows.get(size), query.order()));
        return new Page<>(rows.subList(0, size), Optional.of(next.token(list(scope, query))));
    }

    static PagedList list(Scope scope, PartnerQuery query) {
        return PagedList.of(
                scope,
                RequestContent.of("list partners")
                        .literal("order", query.order() == Order.NUMBER ? "number" : "name")
                        .text("prefix", query.prefix())
                        .list(
                                "statuses",
                                query.statuses().stream().sorted().toList(),
                                (each, status) -> each.literal("status", PartnerStatusConverter.literalOf(status))));
    }

    /** Index: partner_number_is_unique or partners_by_name, read from the position on to the end of the prefix. */
    private List<Partner> rows(PartnerQuery query, int limit, @Nullable PartnerPosition position) {
        return dsl.selectFrom(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(begins(query))
                .and(position == null ? noCondition() : isFrom(query.order(), position))
                .and(query.statuses().isEmpty() ? noCondition() : P.STATUS.in(query.statuses()))
                .orderBy(query.order() == Order.NUMBER ? List.of(P.PARTNER_NUMBER) : List.of(NAME, P.ID))
                .limit(limit)
                .fetch(PartnerSql::partner);
    }

    /** A range, not a pattern: no character of the prefix is a wildcard, and a prepared statement keeps its index. */
    private static Condition begins(PartnerQuery query) {
        if (query.prefix().isEmpty()) {
            return noCondition();
        }
        return query.order() == Order.NUMBER
                ? P.PARTNER_NUMBER.ge(query.prefix()).and(P.PARTNER_NUMBER.lt(query.prefix() + LAST_CHARACTER))
                : NAME.ge(name(query.prefix())).and(NAME.lt(name(query.prefix() + LAST_CHARACTER)));
    }

    /** A number is unique in its tenant. */
    private Condition isFrom(Order order, PartnerPosition position) {
        return order == Order.NUMBER
                ? P.PARTNER_NUMBER.ge(
                        select(B.PARTNER_NUMBER).from(begin(order, position).asTable(B)))
                : row(NAME, P.ID)
                        .ge(select(name(B), B.ID).from(begin(order, position).asTable(B)));
    }

    /** The last partner of the page before, or the one that came next; none if neither has its place any more. Index: partners_pkey. */
    private Select<PartnersRecord> begin(Order order, PartnerPosition position) {
        return selectFrom(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.in(position.last().partnerId(), position.next().partnerId()))
                .and(has(order, position.last()).or(has(order, position.next())))
                .orderBy(P.ID.ne(position.last().partnerId()))
                .limit(inline(1));
    }

    private static Condition has(Order order, Place place) {
        return P.ID.eq(place.partnerId())
                .and(mark(order == Order.NUMBER ? P.PARTNER_NUMBER : P.COMPANY_NAME)
                        .eq(place.mark()));
    }

    /** As {@link Place} calculates it. */
    private static Field<String> mark(Field<String> key) {
        return field(
                "left(encode(sha256(uuid_send({0}) || convert_to({1}, 'UTF8')), 'hex'), 16)", String.class, P.ID, key);
    }

    private static Field<String> name(Partners partners) {
        return lower(partners.COMPANY_NAME).collate("C");
    }

    /** In lower case by the database's locale, as the index has it. */
    private static Field<String> name(String companyName) {
        return lower(val(companyName)).collate("C");
    }
}
