package com.dotmac.partner.codegen;

import com.dotmac.partner.testkit.PartnerMigrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.meta.ColumnDefinition;
import org.jooq.meta.SchemaDefinition;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The partner tables as a jOOQ code generator reads them. It starts a throwaway PostgreSQL, migrates it with the migrations
 * of partner-schema, and stops it when the generator is done. The generator needs no {@code jdbc} element.
 *
 * <pre>{@code
 * <database>
 *   <name>com.dotmac.partner.codegen.PartnerTablesDatabase</name>
 *   <inputSchema>public</inputSchema>
 *   <outputSchemaToDefault>true</outputSchemaToDefault>
 * </database>
 * }</pre>
 *
 * <p>{@code includes} and {@code excludes} of the configuration choose among the tables, views and functions that code may
 * use. Times are {@code Instant} and currencies {@code Currency}, unless a forced type of the configuration says otherwise;
 * enums are those of the generated package. The property {@code forcedTypes} set to {@code none} leaves the types of columns to the
 * generator. The system property {@code partner.db} chooses the database: {@code auto}, {@code container}, {@code embedded}
 * or {@code external}.
 */
public final class PartnerTablesDatabase extends PostgresDatabase {

    private static final Pattern OURS = Pattern.compile("partners|partner_.*");

    /** Flyway owns the history; no code calls trigger functions or those of operators; one view contains the other views. */
    private static final Pattern NOT_FOR_CODE = Pattern.compile(
            "partner_schema_history.*|partner_guard_.*|partner_refuse_.*|partner_add_to_.*|partner_change_.*"
                    + "|partner_rebuild_.*|partner_broken_(?!invariants).*|partner_tables_of_tenants|partner_fenced_tenants"
                    + "|partner_fence_tenant|partner_lift_fence|partner_no_tenant_waits");

    private @Nullable ThrowawayServer server;

    /** Reads nothing yet: the generator configures it first. */
    public PartnerTablesDatabase() {
        addFilter(definition -> !(definition instanceof ColumnDefinition)
                && (!OURS.matcher(definition.getName()).matches()
                        || NOT_FOR_CODE.matcher(definition.getName()).matches()));
    }

    @Override
    protected DSLContext create0() {
        if (server == null) {
            setConnection(connect());
        }
        return super.create0();
    }

    /** The first that the generator reads, after it has set the forced types of its configuration. */
    @Override
    protected List<SchemaDefinition> getSchemata0() throws SQLException {
        if (!"none".equals(getProperties().getProperty("forcedTypes"))) {
            List<ForcedType> types = new ArrayList<>(getConfiguredForcedTypes());
            types.addAll(forcedTypes());
            setConfiguredForcedTypes(types);
        }
        return super.getSchemata0();
    }

    private static List<ForcedType> forcedTypes() {
        return List.of(
                new ForcedType().withName("INSTANT").withIncludeTypes("timestamp.*with time zone|timestamptz"),
                new ForcedType()
                        .withUserType("java.util.Currency")
                        .withConverter("com.dotmac.partner.schema.types.CurrencyConverter")
                        .withIncludeExpression(".*\\.(confirmed_|of_)?currency"));
    }

    private Connection connect() {
        ThrowawayServer started = ThrowawayServer.start();
        server = started;
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(started.url());
        dataSource.setUser(started.user());
        dataSource.setPassword(started.password());
        try {
            PartnerMigrations.configuration(dataSource).load().migrate();
            return dataSource.getConnection();
        } catch (SQLException | RuntimeException failed) {
            close();
            throw new IllegalStateException("the partner tables cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            if (server != null) {
                server.close();
            }
            server = null;
        }
    }
}
