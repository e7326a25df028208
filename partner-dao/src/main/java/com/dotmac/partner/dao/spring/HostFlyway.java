package com.dotmac.partner.dao.spring;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

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

    private static final Log LOG = LogFactory.getLog(HostFlyway.class);
    private static final MigrationVersion FLYWAYS_DEFAULT = MigrationVersion.fromVersion("1");

    private HostFlyway() {}

    /** Changes nothing if the host says where its Flyway begins, or if the database does not answer: then Flyway reports that. */
    static void beginBeforeItsFirstMigration(FluentConfiguration flyway) {
        DataSource dataSource = flyway.getDataSource();
        if (dataSource == null || !FLYWAYS_DEFAULT.equals(flyway.getBaselineVersion())) {
            return;
        }
        String[] schemas = flyway.getSchemas();
        String schema =
                flyway.getDefaultSchema() != null || schemas.length == 0 ? flyway.getDefaultSchema() : schemas[0];
        try (Connection connection = dataSource.getConnection()) {
            if (holdsOnlyPartnerTables(connection, schema)) {
                flyway.baselineOnMigrate(true).baselineVersion("0");
            }
        } catch (SQLException failed) {
            LOG.debug("the schema of the host's Flyway cannot be read", failed);
        }
    }

    private static boolean holdsOnlyPartnerTables(Connection connection, @Nullable String schema) throws SQLException {
        if (!connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
            return false;
        }
        try (PreparedStatement query = connection.prepareStatement(HOLDS_ONLY_PARTNER_TABLES)) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
