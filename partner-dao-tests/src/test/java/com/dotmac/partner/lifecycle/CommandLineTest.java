package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Exit code 0 for clean or done, 1 for something found, 2 for refused or not run; and the same as JSON. */
@Tag("server")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class CommandLineTest {

    @Test
    void info_is_0_when_all_is_applied_and_1_when_something_is_pending(
            PartnerDatabase migrated, @EmptyDatabase PartnerDatabase empty) {
        Tool.Run clean = Tool.run(migrated, "info", "--json");
        Tool.Run pending = Tool.run(empty, "info");

        assertThat(clean.status()).as(clean.err()).isZero();
        JsonNode last = clean.json().get("migrations").get(NEWEST - 1);
        JsonNode optional = clean.json().get("migrations").get(NEWEST);
        assertThat(clean.json().get("migrations")).hasSize(PartnerSchema.newestVersion());
        assertThat(last.get("version").asInt()).isEqualTo(NEWEST);
        assertThat(last.get("description").asString()).isEqualTo("invariants of records");
        assertThat(last.get("state").asString()).isEqualTo("applied");
        assertThat(last.get("appliedAt").asString()).endsWith("Z");
        assertThat(last.get("appliedBy").asString()).isEqualTo(migrated.user());
        assertThat(optional.get("description").asString()).isEqualTo("row security");
        assertThat(optional.get("state").asString()).isEqualTo("left out");
        assertThat(pending.status()).isEqualTo(1);
        assertThat(pending.lines())
                .hasSize(PartnerSchema.newestVersion())
                .first()
                .isEqualTo("   1  money and identifiers                pending");
    }

    @Test
    void migrate_is_0_when_done_and_when_there_is_nothing_to_do(@EmptyDatabase PartnerDatabase database) {
        Tool.Run first = Tool.run(database, "migrate", "--no-host-links", "--json");
        Tool.Run second = Tool.run(database, "migrate", "--no-host-links");

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.json().get("applied").get(0).asString()).isEqualTo("V1__money_and_identifiers.sql");
        assertThat(first.json().get("applied")).hasSize(12);
        assertThat(first.err()).contains("applying V1__money_and_identifiers.sql");
        assertThat(second.status()).isZero();
        assertThat(second.out().strip()).isEqualTo("Nothing to do.");
    }

    @Test
    void migrate_is_2_when_it_fails(@EmptyDatabase PartnerDatabase database) {
        Tool.Run run = Tool.run(database, "migrate", "--json");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.json().get("error").asString())
                .startsWith("migrate has not begun and has written nothing. These 3 things stand in its way:\n"
                        + "  the host table \"customers\" does not exist: name the host's with --customers-table");
        assertThat(run.err()).contains("error: migrate has not begun and has written nothing.");
    }

    @Test
    void plan_is_0_and_prints_a_script(@EmptyDatabase PartnerDatabase database) {
        Tool.Run text = Tool.run(database, "plan");
        Tool.Run json = Tool.run(database, "plan", "--json");

        assertThat(text.status()).isZero();
        assertThat(text.lines()).contains("\\set ON_ERROR_STOP on");
        assertThat(json.json().get("script").asString().strip())
                .isEqualToNormalizingNewlines(text.out().strip());
    }

    @Test
    void verify_is_0_when_an_application_may_start_and_1_when_not(
            PartnerDatabase migrated, @EmptyDatabase PartnerDatabase empty) {
        Tool.Run clean = Tool.run(migrated, "verify", "--json");
        Tool.Run absent = Tool.run(empty, "verify", "--json");

        assertThat(clean.status()).isZero();
        assertThat(clean.json().get("verdict").asString()).isEqualTo("UP_TO_DATE");
        assertThat(clean.json().get("allowed").asBoolean()).isTrue();
        assertThat(clean.json().get("current").asInt()).isEqualTo(NEWEST);
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.json().get("verdict").asString()).isEqualTo("ABSENT");
        assertThat(absent.json().get("allowed").asBoolean()).isFalse();
        assertThat(absent.json().has("current")).isFalse();
        assertThat(absent.json().get("expected").asInt()).isEqualTo(NEWEST);
        assertThat(absent.json().get("pending")).hasSize(NEWEST);
        assertThat(absent.json().get("schema").asString()).isEqualTo("public");
        assertThat(absent.json().get("message").asString())
                .isEqualTo(Schemas.linked(empty).verify().message());
    }

    @Test
    void drift_is_0_without_and_1_with_a_difference_and_2_without_a_history(
            PartnerDatabase migrated, @EmptyDatabase PartnerDatabase empty) {
        assertThat(Tool.run(migrated, "drift")).isEqualTo(new Tool.Run(0, "No drift.\n", ""));
        Sql.run(migrated, "alter table partners disable trigger partner_guard_partners");

        Tool.Run text = Tool.run(migrated, "drift");
        Tool.Run json = Tool.run(migrated, "drift", "--json");
        Tool.Run nothing = Tool.run(empty, "drift");

        assertThat(text.status()).isEqualTo(1);
        assertThat(text.lines())
                .containsExactly(
                        "different trigger state partners.partner_guard_partners: expected enabled, found disabled",
                        "    alter table partners enable trigger partner_guard_partners;");
        assertThat(json.status()).isEqualTo(1);
        assertThat(json.json().get("differences")).hasSize(1);
        assertThat(json.json().get("differences").get(0).get("difference").asString())
                .isEqualTo(text.lines().get(0));
        assertThat(json.json().get("differences").get(0).get("repair").asString())
                .isEqualTo("alter table partners enable trigger partner_guard_partners;");
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.err())
                .startsWith("error: there is nothing to compare with: The partner schema \"public\" of ");
    }

    @Test
    void undo_is_0_when_done_and_2_when_rows_would_be_lost(PartnerDatabase database) {
        Sql.run(
                database,
                "insert into partner_idempotency_keys values ('acme', 'key', 'test', sha256('key'), 'user:1')");

        Tool.Run refused = Tool.run(database, "undo", "--to", "0");
        Tool.Run done =
                Tool.run(database, "undo", "--to", "0", "--lose", "partners,partner_idempotency_keys", "--json");
        Tool.Run again = Tool.run(database, "undo", "--to", "0");

        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("error: undo would lose rows of partner_idempotency_keys (1 rows); nothing");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.json().get("undone").get(0).asString()).isEqualTo("V19__invariants_of_records.sql");
        assertThat(done.json().get("undone")).hasSize(NEWEST);
        assertThat(again).isEqualTo(new Tool.Run(0, "Nothing to do.\n", ""));
    }

    @Test
    void snapshot_is_0_and_the_same_from_two_databases(PartnerDatabase one, PartnerDatabase other) {
        Tool.Run text = Tool.run(one, "snapshot");
        JsonNode facts = Tool.run(one, "snapshot", "--json").json().get("facts");

        assertThat(text.status()).isZero();
        assertThat(text.out()).isEqualTo(Tool.run(other, "snapshot").out());
        assertThat(facts).hasSize(text.lines().size());
        assertThat(facts.get(0).get("kind").asString()).isEqualTo("column");
        assertThat(facts.get(0).get("name").asString()).isNotEmpty();
        assertThat(facts.get(0).get("definition").asString()).isNotEmpty();
    }

    @Test
    void the_version_is_that_of_the_jar_and_of_its_newest_migration() {
        assertThat(Tool.run(List.of("--version")).out().strip())
                .isEqualTo("partner-schema " + PartnerSchema.libraryVersion() + ", schema version "
                        + PartnerSchema.newestVersion());
    }

    @Test
    void a_url_that_is_none_is_named_without_its_parameters() {
        Tool.Run run = Tool.run(List.of("info", "--url", "postgres://db/app?password=" + TestRole.PASSWORD));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo("error: --url postgres://db/app: give a JDBC URL, like jdbc:postgresql://host:5432/app");
    }

    @Test
    void a_url_that_the_driver_does_not_understand_is_named_without_its_parameters() {
        Tool.Run run =
                Tool.run(List.of("info", "--url", "jdbc:postgresql://db:port/app?password=" + TestRole.PASSWORD));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo(
                        "error: --url jdbc:postgresql://db:port/app: the PostgreSQL driver does not understand it; it"
                                + " should be like jdbc:postgresql://host:5432/app");
    }

    @Test
    void a_server_that_does_not_answer_is_2_without_the_password() {
        Tool.Run run = Tool.run(List.of(
                "verify", "--json", "--url", "jdbc:postgresql://localhost:1/app?password=" + TestRole.PASSWORD));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.json().get("error").asString())
                .startsWith("the partner schema cannot be read: Connection to localhost:1 refused.");
        assertThat(run.out() + run.err()).doesNotContain(TestRole.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5 s", "1h", "-1s", "soon", ""})
    void a_duration_that_is_none_is_named(String duration) {
        Tool.Run run =
                Tool.run(List.of("migrate", "--url", "jdbc:postgresql://localhost:1/app", "--lock-timeout", duration));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("Invalid value for option '--lock-timeout': '" + duration
                        + "' is not a duration: give a number and ms, s or min, like 500ms");
    }

    @Test
    void a_lock_timeout_without_limit_is_refused() {
        Tool.Run run =
                Tool.run(List.of("migrate", "--url", "jdbc:postgresql://localhost:1/app", "--lock-timeout", "0s"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo("error: lock timeout PT0S: give at least 1 ms; PostgreSQL takes 0 for no limit");
    }

    @Test
    void what_is_missing_is_named() {
        Tool.Run withoutVersion = Tool.run(List.of("undo", "--url", "jdbc:postgresql://localhost:1/app"));
        Tool.Run withoutUrl = Tool.run(List.of("info"));
        Tool.Run withoutCommand = Tool.run(List.of());

        assertThat(withoutVersion.status()).isEqualTo(2);
        assertThat(withoutVersion.err()).startsWith("Missing required option: '--to=<version>'");
        assertThat(withoutUrl.status()).isEqualTo(2);
        assertThat(withoutUrl.err()).startsWith("Missing required option: '--url=<url>'");
        assertThat(withoutCommand.status()).isEqualTo(2);
        assertThat(withoutCommand.err()).startsWith("Missing required subcommand");
    }
}
