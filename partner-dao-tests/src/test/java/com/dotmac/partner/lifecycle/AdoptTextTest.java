package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the command adopt prints: a summary that counts every row, and a file that names each. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AdoptTextTest {

    @Test
    void the_summary_counts_every_row_and_the_file_names_each(
            @EmptyDatabase PartnerDatabase database, @TempDir Path directory) throws IOException {
        for (String table : new String[] {"customers", "invoices", "users"}) {
            database.sql().execute("create table " + table + " (id uuid primary key)");
        }
        for (String script : new String[] {"create_all_tables.sql", "create_all_rows.sql"}) {
            try (var in = getClass().getResourceAsStream("/legacy/" + script)) {
                database.sql().execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        database.sql().execute("""
                insert into partners (id, partner_number, company_name, status, tier, commission_model, primary_email, tenant_id)
                select ('bb000000-0000-0000-0000-0000000000' || n)::uuid, 'N-' || n, ' ', 'ACTIVE', 'GOLD', 'REVENUE_SHARE', 'n', 'acme'
                from generate_series(11, 24) n
                """);
        Path csv = directory.resolve("rows.csv");

        Tool.Run run = Tool.run(database, "adopt", "--csv", csv.toString());

        assertThat(run.out())
                .contains(
                        "  refused row: partners bb000000-0000-0000-0000-000000000020: company_name  : rows of partners")
                .contains("  refused row: 4 more: --csv FILE and --json name each")
                .contains("  would map: 2 values of partner_commission_events.status: its payout is completed")
                .contains("  would: need about ")
                .contains("nobody can read them while 6 events and 22 other rows are copied")
                .contains("and 4 more: --csv FILE and --json name each)");
        assertThat(Files.readAllLines(csv))
                .contains(
                        "\"REFUSED\",\"partners\",\"bb000000-0000-0000-0000-000000000024\",\"company_name\",\" \",\" \",\"rows of"
                                + " partners would break the constraint partner_company_name_is_not_blank of company_name: correct them"
                                + " first\",\"\"")
                .contains(
                        "\"MAPPED\",\"partner_payouts\",\"f0000000-0000-0000-0000-000000000002\",\"status\",\"pending\",\"ready\",\"its"
                                + " period has ended: it was closed then\",\"\"")
                .hasSize(1 + 14 + 11);
    }
}
