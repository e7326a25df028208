package com.dotmac.partner.dao.spring;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.migration.HostTables;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an application uses the partner schema.
 *
 * @param schema the schema of the partner tables. Default: where the search path finds them. The search path of the application's
 *     connections must name it too.
 * @param guard what happens at the start when the schema is not the one that this library needs.
 * @param migrate whether the application migrates the partner schema at its start.
 * @param isolated whether row security is required, and each transaction tells the database its tenant.
 * @param host the tables of the application that the partner tables refer to.
 */
@ConfigurationProperties("partner")
record PartnerProperties(
        @Nullable String schema,
        @DefaultValue("fail") Guard guard,
        @DefaultValue("never") Migrate migrate,
        @DefaultValue("false") boolean isolated,
        @DefaultValue Host host) {

    /** What happens at the start when the schema is not the one that this library needs. */
    enum Guard {
        /** The application does not start. */
        FAIL,
        /** The application starts and logs a warning. */
        WARN,
        /** Nobody looks. */
        OFF
    }

    /** Whether the application migrates the partner schema at its start. */
    enum Migrate {
        /** A deployment step migrates before the application starts. */
        NEVER,
        /** The application migrates, as the owner of the tables, on the database of a developer or a test. */
        DEVELOPMENT
    }

    /**
     * The tables of the application that the partner tables refer to.
     *
     * @param linked whether foreign keys to these tables are required.
     * @param customersTable the table of the customers that partners bring.
     * @param customersKey the key column of that table.
     * @param customersTenant the column of that table for the tenant. Default: it has none.
     * @param invoicesTable the table of the invoices that earn a commission.
     * @param invoicesKey the key column of that table.
     * @param invoicesTenant the column of that table for the tenant. Default: it has none.
     * @param usersTable the table of the users who may log in for a partner.
     * @param usersKey the key column of that table.
     * @param usersTenant the column of that table for the tenant. Default: it has none.
     */
    record Host(
            @DefaultValue("true") boolean linked,
            @DefaultValue("customers") String customersTable,
            @DefaultValue("id") String customersKey,
            @Nullable String customersTenant,
            @DefaultValue("invoices") String invoicesTable,
            @DefaultValue("id") String invoicesKey,
            @Nullable String invoicesTenant,
            @DefaultValue("users") String usersTable,
            @DefaultValue("id") String usersKey,
            @Nullable String usersTenant) {

        HostTables tables() {
            return HostTables.DEFAULT
                    .customers(customersTable, customersKey)
                    .customersTenant(customersTenant)
                    .invoices(invoicesTable, invoicesKey)
                    .invoicesTenant(invoicesTenant)
                    .users(usersTable, usersKey)
                    .usersTenant(usersTenant);
        }
    }

    SchemaGuard schemaGuard() {
        SchemaGuard expected = schema == null ? SchemaGuard.ofSearchPath() : SchemaGuard.inSchema(schema);
        expected = host.linked() ? expected.linkedTo(host.tables()) : expected;
        return isolated ? expected.isolated() : expected;
    }

    PartnerSchema partnerSchema(DataSource dataSource) {
        PartnerSchema wanted = PartnerSchema.of(dataSource);
        wanted = schema == null ? wanted : wanted.inSchema(schema);
        wanted = host.linked() ? wanted.linkedTo(host.tables()) : wanted;
        return isolated ? wanted.isolated() : wanted;
    }
}
