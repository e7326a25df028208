package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What pending migrations need of the database and of the host's tables. Checks all of it before the first of them. */
final class HostPreconditions {

    /** Parameters: the schema, twice. Each row is what stands in the way. */
    private static final String DATABASE = """
            select format('role %s may not create tables in schema "%s": grant create, usage on schema "%2$s" to %1$s',
                quote_ident(current_user), ?)
            where exists (select from pg_namespace, unnest(array['create', 'usage']) as needed
                          where nspname = ? and not has_schema_privilege(current_user, oid, needed))
            """;

    private static final String EXTENSION = """
            select case
                when not exists (select from pg_available_extensions where name = 'btree_gist')
                then 'the server does not offer the extension btree_gist: install PostgreSQL''s contrib modules on it'
                else format('the extension btree_gist is missing, and role %s may not create it: '
                    'create extension btree_gist, as the owner of the database or a superuser', quote_ident(current_user))
                end
            where not exists (select from pg_extension where extname = 'btree_gist')
              and not exists (
                select from pg_available_extension_versions extension, pg_roles me
                where extension.name = 'btree_gist' and me.rolname = current_user
                  and (me.rolsuper
                       or extension.trusted and has_database_privilege(current_user, current_database(), 'create')))
            """;

    /** Parameters: the table, the key, the tenant column or null. No row: there is no such table. */
    private static final String TABLE = """
            select relation.relkind in ('r', 'p') as is_table,
                quote_ident((parse_ident(named.key))[array_upper(parse_ident(named.key), 1)]) as key_name,
                key.attnum is not null as has_key,
                format_type(coalesce(nullif(type.typbasetype, 0), type.oid), null) as key_type,
                exists (select from pg_index
                        where indrelid = relation.oid and indisunique and indisvalid and indimmediate
                          and indpred is null and indexprs is null and indnkeyatts = cardinality(columns)
                          and (indkey::smallint[])[0:indnkeyatts - 1] @> columns)
                    as is_unique,
                (select bool_and(has_column_privilege(relation.oid, number, 'references')) from unnest(columns) number)
                    as may_refer,
                tenant.attnum is not null as has_tenant,
                format_type(coalesce(nullif(tenant_type.typbasetype, 0), tenant_type.oid), null) as tenant_type,
                quote_ident((parse_ident(named.tenant))[1]) as tenant_name
            from (select to_regclass(?) as relid, ? as key, ?::text as tenant) as named
            join pg_class relation on relation.oid = named.relid
            left join pg_attribute key on key.attrelid = relation.oid and key.attnum > 0 and not key.attisdropped
                and key.attname = (parse_ident(named.key))[array_upper(parse_ident(named.key), 1)]
            left join pg_type type on type.oid = key.atttypid
            left join pg_attribute tenant on tenant.attrelid = relation.oid and tenant.attnum > 0
                and not tenant.attisdropped and tenant.attname = (parse_ident(named.tenant))[1]
            left join pg_type tenant_type on tenant_type.oid = tenant.atttypid
            cross join lateral (select array_remove(array[tenant.attnum, key.attnum], null) as columns) referred
            """;

    private final SchemaSettings settings;
    private final SchemaState state;
    private final List<String> missing = new ArrayList<>();

    HostPreconditions(SchemaSettings settings, SchemaState state) {
        this.settings = settings;
        this.state = state;
    }

    /**
     * Refuses if a pending migration would fail.
     *
     * @throws PartnerSchemaException.Refused with everything that is missing
     */
    void require() throws SQLException {
        List<String> all = missing();
        if (!all.isEmpty()) {
            throw new PartnerSchemaException.Refused("migrate has not begun and has written nothing. "
                    + (all.size() == 1 ? "This stands" : "These " + all.size() + " things stand")
                    + " in its way:\n  " + String.join("\n  ", all));
        }
    }

    /** Everything that is missing, each with what to do about it. */
    List<String> missing() throws SQLException {
        List<Migration> pending = settings.assess(state).pending().stream()
                .filter(settings::wants)
                .toList();
        if (pending.isEmpty()) {
            return missing;
        }
        String schema = state.place().schema();
        try (Connection connection = settings.dataSource().getConnection()) {
            find(connection, DATABASE, schema, schema);
            if (pending.stream().anyMatch(migration -> migration.version() == 1)) {
                find(connection, EXTENSION);
            }
        }
        if (settings.host().isPresent() && pending.stream().anyMatch(Migration::linksHost)) {
            Map<String, String> host = settings.host().get().names();
            for (String role : List.of("customers", "invoices", "users")) {
                table(schema, role, host.get(role + "_table"), host.get(role + "_key"), host.get(role + "_tenant"));
            }
        }
        return missing;
    }

    private void find(Connection connection, String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int parameter = 0; parameter < parameters.length; parameter++) {
                statement.setString(parameter + 1, parameters[parameter]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    missing.add(row.getString(1));
                }
            }
        }
    }

    /** In a transaction of its own: a name that PostgreSQL cannot read fails it, and the others are checked still. */
    private void table(String schema, String role, String table, String key, @Nullable String tenant) {
        String named = "the host table \"" + table + "\"";
        try {
            SchemaTransaction.look(settings, schema, transaction -> {
                List<List<String>> found = transaction.query(TABLE, table, key, tenant);
                if (found.isEmpty()) {
                    missing.add(named + " does not exist: name the host's with --" + role + "-table, or say"
                            + " --no-host-links");
                } else {
                    key(named, role, table, key, tenant, found.get(0));
                }
                return found;
            });
        } catch (SQLException failed) {
            missing.add(named + " with the key \"" + key + "\" cannot be looked up: " + ServerMessage.of(failed)
                    + " (--" + role + "-table, --" + role + "-key)");
        }
    }

    private void key(String named, String role, String table, String key, @Nullable String tenant, List<String> found) {
        boolean isTable = found.get(0).equals("t");
        boolean hasKey = found.get(2).equals("t");
        String type = found.get(3);
        String ofKey = named + " has a key \"" + key + "\" ";
        Optional<String> ofTenant = tenant == null ? Optional.empty() : tenant(named, role, table, tenant, found);
        if (!isTable) {
            missing.add(named + " is no table that a foreign key can refer to: name one with --" + role + "-table");
        } else if (!hasKey) {
            missing.add(named + " has no column \"" + key + "\": name its key with --" + role + "-key");
        } else if (!type.equals("uuid")) {
            missing.add(ofKey + "of type " + type + ", and partner tables refer to a uuid. Add one to it, and name it"
                    + " with --" + role + "-key partner_key: " + recipe(table, found.get(1), type));
        } else if (ofTenant.isPresent()) {
            missing.add(ofTenant.get());
        } else if (found.get(4).equals("f")) {
            missing.add(
                    tenant == null
                            ? ofKey
                                    + "that no unique constraint or unique index of this column alone holds: alter table "
                                    + table + " add unique (" + found.get(1) + ")"
                            : named + " has a tenant column \"" + tenant + "\" and no unique constraint or unique index"
                                    + " of it and the key alone: alter table " + table + " add unique ("
                                    + found.get(8) + ", " + found.get(1) + ")");
        }
        if (isTable && hasKey && found.get(5).equals("f")) {
            missing.add(ofKey + "that this role may not refer to: grant references on " + table
                    + " to the owner of the partner tables");
        }
    }

    /** What is wrong with the tenant column. Partner tables have the tenant as text. */
    private static Optional<String> tenant(String named, String role, String table, String tenant, List<String> found) {
        if (found.get(6).equals("f")) {
            return Optional.of(named + " has no column \"" + tenant + "\": name its column for the tenant with --"
                    + role + "-tenant, or leave that option out");
        }
        String type = found.get(7);
        if (type.equals("text") || type.equals("character varying")) {
            return Optional.empty();
        }
        return Optional.of(
                named + " has a tenant column \"" + tenant + "\" of type " + type + ", and partner tables have"
                        + " the tenant as text. Add such a column, and name it with --" + role
                        + "-tenant partner_tenant: alter table " + table
                        + " add column partner_tenant text generated always as (" + found.get(8)
                        + "::text) stored, add unique (partner_tenant, "
                        + found.get(1) + ")");
    }

    /** Each key has one uuid: the digits of a number, or a hash of any other value. */
    private static String recipe(String table, String key, String type) {
        String value = type.matches("smallint|integer|bigint")
                ? "lpad(to_hex(" + key + "::bigint), 32, '0')::uuid"
                : "md5(" + key + "::text)::uuid";
        return "alter table " + table + " add column partner_key uuid generated always as (" + value
                + ") stored unique";
    }
}
