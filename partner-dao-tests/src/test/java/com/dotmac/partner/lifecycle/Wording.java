package com.dotmac.partner.lifecycle;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.List;
import java.util.Set;

/** How every message names a database and the command to run on it. */
final class Wording {

    /** What a host has that leaves out row security. */
    static final int NEWEST = 19;

    /** The newest version that a host without tables of its own has. */
    static final int WITHOUT_LINKS = 19;

    /** The migrations that such a host does not have: references to tables of the host. */
    static final Set<Integer> LINKS = Set.of(10, 11, 12, 13, 14, 15, 16);

    /** The files that a database of version 9 gets, if it refers to tables of the host. */
    static final List<String> AFTER_V9 = List.of(
            "V10__host_link_of_users.sql",
            "V11__host_link_of_accounts.sql",
            "V12__host_link_of_sales_to_customers.sql",
            "V13__host_link_of_sales_to_invoices.sql",
            "V14__host_link_of_events_to_customers.sql",
            "V15__host_link_of_events_to_invoices.sql",
            "V16__validate_host_links.sql",
            "V17__ledger.sql",
            "V18__invariants_of_money.sql",
            "V19__invariants_of_records.sql");

    private Wording() {}

    static String url(PartnerDatabase database) {
        return database.url().replaceFirst("\\?.*", "");
    }

    static String place(PartnerDatabase database) {
        return "The partner schema \"public\" of " + url(database) + " ";
    }

    /** For a database that refers to tables of the host, under their usual names. */
    static String command(String command, PartnerDatabase database) {
        return command(command, database, "public");
    }

    /** The same for a database without such references. */
    static String unlinkedCommand(String command, PartnerDatabase database) {
        return command(command, database) + " --no-host-links";
    }

    /** The same in this schema, whose name is written as in a shell. */
    static String command(String command, PartnerDatabase database, String schema) {
        return "java -jar partner-schema-" + PartnerSchema.libraryVersion() + "-cli.jar " + command + " --url "
                + url(database) + " --user " + database.user() + " --schema " + schema;
    }
}
