package com.dotmac.partner.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What a host made in a template, which its application may read and write. */
record HostsTables(List<String> grants) {

    private static final String READS_AND_WRITES = "grant select, insert, update, delete on ";

    private static final String GRANTS = """
            select format('grant usage on schema %I', nspname) from pg_namespace
            where nspname not in ('public', 'information_schema') and nspname not like 'pg\\_%'
            union all
            select case when c.relkind = 'S' then 'grant usage, select on ' else 'grant select, insert, update, delete on ' end
                   || format('%I.%I', n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'S')
              and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
            """;

    /** Creates them in an empty database, and lists them, and the stand-ins for those that are missing. */
    static HostsTables create(HostSchema host, DataSource owner) {
        try {
            host.create(owner);
        } catch (Exception failed) {
            throw new IllegalStateException("the host's tables cannot be created: " + failed.getMessage(), failed);
        }
        List<String> grants = list(GRANTS, owner);
        for (Map.Entry<String, String> setting : host.tables().names().entrySet()) {
            if (setting.getKey().endsWith("_table")) {
                grants.add(READS_AND_WRITES + setting.getValue());
            }
        }
        return new HostsTables(List.copyOf(grants));
    }

    private static List<String> list(String query, DataSource owner) {
        List<String> names = new ArrayList<>();
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("the host's tables cannot be listed", failed);
        }
        return names;
    }

    /** Statements for the time when the role and the stand-ins are there. */
    List<String> grantedTo(String role) {
        return grants.stream().map(grant -> grant + " to " + role).toList();
    }
}
