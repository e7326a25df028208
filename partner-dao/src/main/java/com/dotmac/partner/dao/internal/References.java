package com.dotmac.partner.dao.internal;

import static java.util.Map.entry;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.schema.jooq.Keys;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids of other rows that a statement writes, of the library and of the host; null: it writes none of that kind. If the tenant has
 * no row with one of them, a foreign key fails. Its name says which kind it is, and nothing more: under row security PostgreSQL does
 * not print the id. The statement knows it.
 *
 * @param userId a user of the host
 */
public record References(
        @Nullable UUID partnerId,
        @Nullable UUID customerId,
        @Nullable UUID invoiceId,
        @Nullable UUID userId) {

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    /** The foreign keys to rows whose ids callers give. Those to tables of the host are not generated: a host may leave them out. */
    private static final Map<String, NotFound.Kind> KINDS = Map.ofEntries(
            entry(Keys.PARTNER_ACCOUNTS__PARTNER_ACCOUNT_BELONGS_TO_PARTNER.getName(), NotFound.Kind.PARTNER),
            entry(Keys.PARTNER_USERS__PARTNER_USER_BELONGS_TO_PARTNER.getName(), NotFound.Kind.PARTNER),
            entry(Keys.PARTNER_COMMISSIONS__COMMISSION_RULE_BELONGS_TO_PARTNER.getName(), NotFound.Kind.PARTNER),
            entry(Keys.PARTNER_COMMISSION_EVENTS__COMMISSION_EVENT_BELONGS_TO_PARTNER.getName(), NotFound.Kind.PARTNER),
            entry("partner_account_is_of_a_host_customer", NotFound.Kind.CUSTOMER),
            entry("sale_is_to_a_host_customer", NotFound.Kind.CUSTOMER),
            entry("commission_event_is_of_a_host_customer", NotFound.Kind.CUSTOMER),
            entry("sale_is_on_a_host_invoice", NotFound.Kind.INVOICE),
            entry("commission_event_is_of_a_host_invoice", NotFound.Kind.INVOICE),
            entry("partner_user_is_a_host_user", NotFound.Kind.HOST_USER));

    /** Of a statement that writes a partner's id and no other. */
    public static References toPartner(UUID partnerId) {
        return new References(partnerId, null, null, null);
    }

    /**
     * Why the database refused the statement.
     *
     * @return {@link NotFound} if it was one of these ids; else the refusal itself
     */
    public PartnerException reason(ConstraintViolated refused) {
        NotFound.Kind kind =
                refused.sqlState().filter(FOREIGN_KEY_VIOLATION::equals).isPresent()
                        ? KINDS.get(refused.constraint())
                        : null;
        UUID id = kind == null ? null : id(kind);
        return id == null ? refused : new NotFound(kind, id, refused);
    }

    private @Nullable UUID id(NotFound.Kind kind) {
        return switch (kind) {
            case PARTNER -> partnerId;
            case CUSTOMER -> customerId;
            case INVOICE -> invoiceId;
            case HOST_USER -> userId;
            default -> null;
        };
    }
}
