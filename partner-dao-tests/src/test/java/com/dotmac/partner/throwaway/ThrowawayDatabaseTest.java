package com.dotmac.partner.throwaway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class ThrowawayDatabaseTest {

    @Test
    void a_choice_that_does_not_exist_is_refused_with_those_that_do() {
        assertThatThrownBy(() -> ThrowawayDatabase.start(properties("partner.db", "docker")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("partner.db=docker: there is no such choice. Use auto, container, embedded or external.");
    }

    @Test
    void external_without_a_url_says_what_to_set() {
        assertThatThrownBy(() -> ThrowawayDatabase.start(properties("partner.db", "external")))
                .hasMessage(
                        "partner.db=external: partner.db.url is not set. Set it to the JDBC URL of an empty database, for"
                                + " example -Dpartner.db.url=jdbc:postgresql://localhost:5432/scratch, or choose another database"
                                + " with -Dpartner.db=embedded.");
    }

    @Test
    void external_with_a_url_of_another_kind_names_it() {
        assertThatThrownBy(() -> ThrowawayDatabase.start(
                        properties("partner.db", "external", "partner.db.url", "jdbc:h2:mem:x")))
                .hasMessageStartingWith(
                        "partner.db=external: partner.db.url is \"jdbc:h2:mem:x\". Set it to the JDBC URL");
    }

    @Test
    void an_external_database_that_is_not_empty_is_refused_by_what_it_holds(@EmptyDatabase PartnerDatabase database) {
        database.sql().execute("create table ledger (id int)");
        database.sql().execute("create type colour as enum ('red')");
        database.sql().execute("create schema archive");
        database.sql().execute("create function one() returns int language sql as 'select 1'");

        assertThatThrownBy(() -> ThrowawayDatabase.start(external(database)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "partner.db=external: the database at " + database.url() + " is not empty and would be thrown"
                                + " away. It holds function one(), schema archive, table ledger, type colour. Give an empty one, or"
                                + " choose another database with -Dpartner.db=embedded or -Dpartner.db=container.");
        assertThat(database.sql().fetch("select * from ledger")).isEmpty();
    }

    @Test
    void a_migrated_external_database_is_refused_and_its_contents_are_not_all_named(PartnerDatabase database) {
        assertThatThrownBy(() -> ThrowawayDatabase.start(external(database)))
                .hasMessageMatching("(?s).* It holds (.*, ){9}.* and [0-9]+ more\\. Give an empty one.*");
    }

    @Test
    void an_external_database_is_empty_again_when_it_is_closed(@EmptyDatabase PartnerDatabase database) {
        try (ThrowawayDatabase external = ThrowawayDatabase.start(external(database))) {
            assertThat(external.description()).isEqualTo("external, " + database.url());
            database.sql().execute("create table partners (id int)");
            database.sql().execute("create extension btree_gist");
        }
        ThrowawayDatabase.start(external(database)).close();
    }

    @Test
    void an_external_database_that_cannot_be_reached_is_named() {
        assertThatThrownBy(() -> ThrowawayDatabase.start(properties(
                        "partner.db", "external", "partner.db.url", "jdbc:postgresql://localhost:1/nowhere")))
                .hasMessageStartingWith(
                        "partner.db=external: jdbc:postgresql://localhost:1/nowhere cannot be used as user"
                                + " postgres: Connection to localhost:1 refused.")
                .hasMessageEndingWith("Correct partner.db.url, .user or .password, or choose another database with"
                        + " -Dpartner.db=embedded.");
    }

    private static Properties external(PartnerDatabase database) {
        return properties(
                "partner.db", "external",
                "partner.db.url", database.url(),
                "partner.db.user", database.user(),
                "partner.db.password", database.password());
    }

    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }
}
