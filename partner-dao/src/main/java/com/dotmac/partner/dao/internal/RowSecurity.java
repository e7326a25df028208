package com.dotmac.partner.dao.internal;

import java.util.Optional;
import org.jooq.DSLContext;

/** What the policies of the location {@code row-security} hide from the role of a connection. */
public final class RowSecurity {

    /** No tenant is blank. */
    private static final String NO_TENANT = " ";

    private RowSecurity() {}

    /**
     * Whether it hides rows: a table has the policy of tenants, and no other one that shows the role all tenants. One
     * that does is permissive, for every command and says {@code using (true)}. A restrictive one may hide rows again.
     *
     * @param tenantId the tenant whose rows are asked for; empty: all tenants
     */
    public static boolean hidesRows(DSLContext dsl, Optional<String> tenantId) {
        return dsl.fetchSingle("""
                        select coalesce(current_setting('partner.tenant', true), '') <> ?
                           and exists (select from pg_policy t
                                       where t.polname = 'partner_tenant' and pg_table_is_visible(t.polrelid)
                                         and row_security_active(t.polrelid)
                                         and (select bool_or(polpermissive and polcmd = '*' and shows_all)
                                                     and bool_and(polpermissive or polcmd in ('a', 'd') or shows_all)
                                              from pg_policy o,
                                                   lateral (select pg_get_expr(o.polqual, o.polrelid) = 'true') q
                                                       (shows_all)
                                              where o.polrelid = t.polrelid
                                                and exists (select from unnest(o.polroles) r (role)
                                                            where r.role = 0 or pg_has_role(r.role, 'usage'))
                                             ) is not true)
                        """, tenantId.orElse(NO_TENANT)).get(0, Boolean.class);
    }
}
