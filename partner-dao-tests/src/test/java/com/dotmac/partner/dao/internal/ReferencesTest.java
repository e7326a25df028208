package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ReferencesTest {

    private static final UUID PARTNER = UUID.randomUUID();
    private static final UUID CUSTOMER = UUID.randomUUID();
    private static final UUID INVOICE = UUID.randomUUID();
    private static final UUID USER = UUID.randomUUID();
    private static final References ALL = new References(PARTNER, CUSTOMER, INVOICE, USER);

    private static ConstraintViolated violated(String constraint, String sqlState) {
        return new ConstraintViolated(constraint, "refused", sqlState, new IllegalStateException("of the driver"));
    }

    /** The tables into which a call inserts what its caller names. */
    @Test
    void every_reference_to_a_partner_or_to_a_row_of_the_host_has_its_kind(PartnerDatabase database) {
        Map<String, String> expected = new HashMap<>();
        Map<String, String> actual = new HashMap<>();
        Map<String, UUID> ids = Map.of("partners", PARTNER, "customers", CUSTOMER, "invoices", INVOICE, "users", USER);
        database.sql().fetch("""
                        select conname, confrelid::regclass::text from pg_constraint
                        where contype = 'f' and confrelid in ('partners'::regclass, 'customers'::regclass,
                                                              'invoices'::regclass, 'users'::regclass)
                          and conrelid in ('partner_accounts'::regclass, 'partner_users'::regclass,
                                           'partner_commissions'::regclass, 'partner_sales'::regclass,
                                           'partner_commission_events'::regclass)
                        """).forEach(key -> {
            String constraint = key.get(0, String.class);
            String table = key.get(1, String.class);
            expected.put(
                    constraint,
                    "this tenant has no " + table.substring(0, table.length() - 1) + " " + ids.get(table)
                            + "; check the id and the tenant");
            actual.put(constraint, ALL.reason(violated(constraint, "23503")).getMessage());
        });

        assertThat(actual).hasSize(10).isEqualTo(expected);
    }

    @Test
    void another_refusal_stays_as_it_is() {
        for (ConstraintViolated refused : List.of(
                violated("partner_user_email_is_unique", "23505"),
                violated("commission_event_is_of_a_sale", "23503"),
                // A host's own check that has taken the name.
                violated("sale_is_on_a_host_invoice", "23514"))) {
            assertThat(ALL.reason(refused)).isSameAs(refused);
        }
        ConstraintViolated ofAUser = violated("partner_user_is_a_host_user", "23503");
        assertThat(References.toPartner(PARTNER).reason(ofAUser)).isSameAs(ofAUser);
    }

    @Test
    void the_cause_is_still_the_drivers() {
        PartnerException reason = ALL.reason(violated("partner_user_is_a_host_user", "23503"));

        assertThat(reason.sqlState()).contains("23503");
        assertThat(reason).hasCauseInstanceOf(IllegalStateException.class);
    }
}
