package com.dotmac.partner.dao.spring;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Lets the host's Flyway begin in a schema that holds only the partner tables. Flyway takes it for a schema that an older system
 * has filled: it refuses, or with {@code baseline-on-migrate} skips the host's V1 without a word. For the host the schema is empty,
 * so its Flyway must begin before V1.
 */
final class HostFlyway {

    private static final String HOLDS_ONLY_PARTNER_TABLES = """
            with place as (
                select n.oid from pg_namespace n where n.nspname = coalesce(?, current_schema())
            ), objects as (
                select 'pg_class'::regclass as catalog, c.oid, c.relname as name
                from pg_class c join place on c.relnamespace = place.oid
                where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                union all
                select 'pg_proc'::regclass, p.oid, p.proname from pg_proc p join place on p.pronamespace = place.oid
                union all
                select 'pg_type'::regclass, t.oid, t.typname from pg_type t join place on t.typnamespace = place.oid
                where t.typtype in ('e', 'd', 'r')
            )
            select coalesce(bool_or(name = 'partner_schema_history'), false)
               and bool_and(name ~ '^partner(s$|_)'
                            or exists (select from pg_depend d
                                       where d.classid = catalog and d.objid = objects.oid and d.deptype = 'e'))
            from objects
            """;

    private HostFlyway() {}

    static void beginBeforeItsFirstMigration(FluentConfiguration flyway) {
        DataSource dataSource = flyway.getDataSource();
        if (dataSource == null) {
            return;
        }
        String[] schemas = flyway.getSchemas();
        String schema =
                flyway.getDefaultSchema() != null || schemas.length == 0 ? flyway.getDefaultSchema() : schemas[0];
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(HOLDS_ONLY_PARTNER_TABLES)) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) {
                    flyway.baselineOnMigrate(true).baselineVersion("0");
                }
            }
        } catch (SQLException failed) {
            throw new PartnerStartException(
                    "The database does not say what its schema holds: " + failed.getMessage(),
                    "Mend that and start again.",
                    failed);
        }
    }
}
