package com.dotmac.partner.schema.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Whether row security binds the role of a connection. */
public final class RowSecurity {

    /** A role that may become another one is bound no more than that one. */
    private static final String WHY_NOT = """
            select case
                when exists (select from pg_roles where rolsuper and pg_has_role(current_user, oid, 'member')) then 'is a superuser'
                when exists (select from pg_roles where rolbypassrls and pg_has_role(current_user, oid, 'member'))
                    then 'has bypassrls, by itself or by a role that it is a member of'
                when exists (select from pg_class c where c.relnamespace = n.oid and c.relkind = 'r' and c.relrowsecurity
                             and pg_has_role(current_user, c.relowner, 'member')) then 'owns the tables, or is a member of their owner'
                when exists (select from pg_policy p join pg_class c on c.oid = p.polrelid, unnest(p.polroles) r (role)
                             where c.relnamespace = n.oid and p.polname <> 'partner_tenant' and p.polpermissive
                               and c.relname like 'partner%' and (r.role = 0 or pg_has_role(current_user, r.role, 'member')))
                    then 'has a policy of its own, by itself or by a role that it is a member of'
                when current_setting('partner.tenant', true) <> '' then 'begins its sessions with a tenant, by the setting partner.tenant'
                end, current_user
            from pg_namespace n
            where n.nspname = ?
            """;

    private RowSecurity() {}

    /** Why the policies do not bind the role; empty if they do. */
    public static Optional<String> whyNotBound(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WHY_NOT)) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getString(1) != null
                        ? Optional.of("row security does not bind the role \"" + row.getString(2) + "\": it "
                                + row.getString(1))
                        : Optional.empty();
            }
        }
    }
}
