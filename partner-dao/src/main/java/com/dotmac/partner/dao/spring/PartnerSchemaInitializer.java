package com.dotmac.partner.dao.spring;

import com.dotmac.partner.dao.spring.PartnerProperties.Guard;
import com.dotmac.partner.dao.spring.PartnerProperties.Migrate;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.RowSecurity;
import com.dotmac.partner.schema.catalog.SchemaReport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.util.ClassUtils;

/**
 * Checks the schema when the application starts, and migrates it before if the developer wants that. Runs after the host's own
 * migrations, and before every bean that uses the database: see {@link PartnerSchemaInitializerDetector}.
 */
final class PartnerSchemaInitializer implements InitializingBean {

    private static final Log LOG = LogFactory.getLog(PartnerSchemaInitializer.class);
    private static final String FLYWAY = "org.flywaydb.core.Flyway";

    private final DataSource dataSource;
    private final PartnerProperties properties;

    PartnerSchemaInitializer(DataSource dataSource, PartnerProperties properties) {
        this.dataSource = dataSource;
        this.properties = properties;
    }

    @Override
    public void afterPropertiesSet() {
        if (properties.migrate() == Migrate.DEVELOPMENT) {
            migrate();
        }
        if (properties.guard() == Guard.OFF) {
            return;
        }
        try {
            check();
        } catch (PartnerStartException refused) {
            if (properties.guard() == Guard.FAIL) {
                throw refused;
            }
            LOG.warn(refused.description() + " " + refused.action());
        }
    }

    private void migrate() {
        if (!ClassUtils.isPresent(FLYWAY, getClass().getClassLoader())) {
            throw new PartnerStartException(
                    "partner.migrate=development needs Flyway, which is not on the class path.",
                    "Add org.flywaydb:flyway-core and org.flywaydb:flyway-database-postgresql, or migrate by the command line and"
                            + " leave partner.migrate out.");
        }
        LOG.info(
                "partner.migrate=development: the application migrates the partner schema. In production a deployment step does.");
        try {
            properties.partnerSchema(dataSource).migrate();
        } catch (PartnerSchemaException failed) {
            throw new PartnerStartException(
                    "The partner schema cannot be migrated: " + failed.getMessage(),
                    "Mend that and start again. The properties partner.host.* name the tables of the application;"
                            + " partner.host.linked=false leaves the foreign keys to them out.",
                    failed);
        }
    }

    private void check() {
        try {
            SchemaReport report = properties.schemaGuard().report(dataSource);
            if (!report.verdict().isAllowed()) {
                throw new PartnerStartException(
                        report.finding(),
                        report.advice().orElse("See docs/deployment.md."),
                        new PartnerSchemaException.NotUsable(report));
            }
            searchPath();
            tenantIsTold(report.schema());
        } catch (PartnerSchemaException.Unreadable | SQLException failed) {
            throw new PartnerStartException(
                    "The partner schema cannot be checked: " + failed.getMessage(),
                    "Mend that and start again; partner.guard=warn starts the application without the check.",
                    failed);
        }
    }

    /** The statements of the library name no schema, so the connections must find it. */
    private void searchPath() throws SQLException {
        if (properties.schema() == null) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "select ? = any (current_schemas(false)), current_setting('search_path')")) {
            query.setString(1, properties.schema());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new PartnerStartException(
                            "The application's connections do not find the partner tables in the schema "
                                    + properties.schema() + ": their search path is " + row.getString(2) + ".",
                            "Name the schema in the search path: currentSchema=public," + properties.schema()
                                    + " in spring.datasource.url, or alter role ... set search_path.");
                }
            }
        }
    }

    /** A role that the policies bind finds no row, and no error says why. */
    private void tenantIsTold(String schema) throws SQLException {
        if (properties.isolated()) {
            return;
        }
        try (Connection connection = dataSource.getConnection()) {
            if (isRowSecurityActive(connection, schema)
                    && RowSecurity.whyNotBound(connection, schema).isEmpty()) {
                throw new PartnerStartException(
                        "Row security of the partner tables binds the application's role, and the application does not tell"
                                + " the database its tenant: it would find no row.",
                        "Set partner.isolated=true, also beside a PartnerStore bean of your own that is isolated(). A service for all"
                                + " tenants connects as the operator's role instead.");
            }
        }
    }

    private static boolean isRowSecurityActive(Connection connection, String schema) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select row_security_active(format('%I.partners', cast(? as text))::regclass)")) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
