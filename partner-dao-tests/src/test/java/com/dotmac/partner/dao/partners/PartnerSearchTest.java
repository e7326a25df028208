package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static com.dotmac.partner.schema.types.PartnerStatus.PENDING;
import static com.dotmac.partner.schema.types.PartnerStatus.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerSearchTest {

    private final PartnerDatabase database;
    private final Programme programme;
    private final PartnerDao partners;

    PartnerSearchTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        partners = programme.acme.partners();
    }

    private Partner registered(String number, String name) {
        return partners.register(NewPartner.named("r-" + number, name).withNumber(number))
                .value();
    }

    private List<String> names(PartnerQuery query) {
        return all(query, 2, Partner::companyName);
    }

    private List<String> numbers(PartnerQuery query) {
        return all(query, 2, Partner::number);
    }

    private <T> List<T> all(PartnerQuery query, int size, Function<Partner, T> of) {
        List<T> found = new ArrayList<>();
        Page<Partner> page = partners.search(query, size);
        page.items().forEach(partner -> found.add(of.apply(partner)));
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(size);
            page = partners.search(query, size, page.next().orElseThrow());
            page.items().forEach(partner -> found.add(of.apply(partner)));
        }
        return found;
    }

    @Test
    void names_are_found_by_what_they_begin_with_capitals_or_not() {
        registered("1", "northern Lights");
        registered("2", "Northwind");
        registered("3", "NORTHWIND Two");
        registered("4", "Nort");
        registered("5", "The Northwind");
        registered("6", "Øresund");
        programme.other.partners().register(NewPartner.named("r", "Northwind of another tenant"));

        assertThat(names(PartnerQuery.nameBeginsWith("nOrTh")))
                .containsExactly("northern Lights", "Northwind", "NORTHWIND Two");
        assertThat(names(PartnerQuery.nameBeginsWith("northwind "))).containsExactly("NORTHWIND Two");
        assertThat(names(PartnerQuery.nameBeginsWith("øRE"))).containsExactly("Øresund");
        assertThat(names(PartnerQuery.nameBeginsWith("Southwind"))).isEmpty();
        assertThat(names(PartnerQuery.nameBeginsWith("")))
                .containsExactly("Nort", "northern Lights", "Northwind", "NORTHWIND Two", "The Northwind", "Øresund");
    }

    @Test
    void numbers_are_found_by_what_they_begin_with_as_it_is_written() {
        registered("P-00000012", "A");
        registered("P-00000123", "B");
        registered("P-1", "C");
        registered("p-00000012", "D");

        assertThat(numbers(PartnerQuery.numberBeginsWith("P-00000"))).containsExactly("P-00000012", "P-00000123");
        assertThat(numbers(PartnerQuery.numberBeginsWith("P-00000012"))).containsExactly("P-00000012");
        assertThat(numbers(PartnerQuery.numberBeginsWith("00"))).isEmpty();
    }

    @Test
    void no_character_of_a_prefix_is_a_wildcard() {
        for (String name : List.of("100% Fair", "100 Percent", "a_b", "axb", "c\\d", "cd", "e'f", "[g]", "g")) {
            registered(name, name);
        }

        assertThat(names(PartnerQuery.nameBeginsWith("100%"))).containsExactly("100% Fair");
        assertThat(names(PartnerQuery.nameBeginsWith("%"))).isEmpty();
        assertThat(names(PartnerQuery.nameBeginsWith("a_"))).containsExactly("a_b");
        assertThat(names(PartnerQuery.nameBeginsWith("_"))).isEmpty();
        assertThat(names(PartnerQuery.nameBeginsWith("c\\"))).containsExactly("c\\d");
        assertThat(names(PartnerQuery.nameBeginsWith("e'"))).containsExactly("e'f");
        assertThat(names(PartnerQuery.nameBeginsWith("[g]"))).containsExactly("[g]");
        assertThat(numbers(PartnerQuery.numberBeginsWith("100%"))).containsExactly("100% Fair");
        assertThat(numbers(PartnerQuery.numberBeginsWith("a_"))).containsExactly("a_b");
        assertThat(numbers(PartnerQuery.numberBeginsWith("%"))).isEmpty();
    }

    @Test
    void partners_of_one_name_come_once_each_over_the_pages() {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            numbers.add(registered("P-" + i, i % 2 == 0 ? "Twin" : "TWIN").number());
        }

        assertThat(all(PartnerQuery.nameBeginsWith("twin"), 3, Partner::number))
                .containsExactlyInAnyOrderElementsOf(numbers);
        assertThat(all(PartnerQuery.nameBeginsWith("twin"), 7, Partner::number)).hasSize(7);
    }

    @Test
    void a_list_has_every_partner_by_number_or_those_of_a_status() {
        Partner first = registered("1", "A");
        Partner second = registered("2", "B");
        registered("3", "C");
        partners.activate(first.id(), "signed");
        partners.activate(second.id(), "signed");
        partners.suspend(second.id(), "under review");

        assertThat(numbers(PartnerQuery.all())).containsExactly("1", "2", "3");
        assertThat(numbers(PartnerQuery.all().withStatus(ACTIVE))).containsExactly("1");
        assertThat(numbers(PartnerQuery.all().withStatus(PENDING, SUSPENDED))).containsExactly("2", "3");
        assertThat(names(PartnerQuery.nameBeginsWith("b").withStatus(ACTIVE))).isEmpty();
    }

    @Test
    void partners_registered_while_pages_are_read_shift_no_page() {
        for (int i = 10; i < 20; i++) {
            registered("P-" + i, "Name " + i);
        }
        for (PartnerQuery query : List.of(PartnerQuery.all(), PartnerQuery.nameBeginsWith("name"))) {
            Page<Partner> first = partners.search(query, 5);
            registered("P-05" + query.order(), "Name 05");
            registered("P-14x" + query.order(), "Name 14x");
            Page<Partner> second = partners.search(query, 5, first.next().orElseThrow());

            assertThat(first.items()).doesNotContainAnyElementsOf(second.items());
            assertThat(second.items().get(0).companyName()).isEqualTo("Name 14x");
            programme.sql.execute("update partners set partner_number = 'Z' || partner_number, company_name = 'Z'"
                    + " where company_name in ('Name 05', 'Name 14x')");
        }
    }

    @Test
    void a_renamed_partner_does_not_lose_the_place_of_the_page() {
        for (String name : List.of("A", "B", "C", "D")) {
            registered(name, name);
        }
        PartnerQuery byName = PartnerQuery.nameBeginsWith("");
        Page<Partner> first = partners.search(byName, 2);
        Partner last = first.items().get(1);
        partners.update(PartnerUpdate.of(last, last.details().withCompanyName("Z")));

        assertThat(partners.search(byName, 10, first.next().orElseThrow()).items())
                .extracting(Partner::companyName)
                .containsExactly("C", "D", "Z");
    }

    @Test
    void if_the_next_partner_is_renamed_too_the_page_is_refused_and_nobody_is_skipped() {
        for (PartnerQuery query : List.of(PartnerQuery.nameBeginsWith(""), PartnerQuery.all())) {
            for (String name : List.of("A", "B", "C", "D")) {
                registered(name + query.order(), name);
            }
            String token = partners.search(query, 2).next().orElseThrow();
            programme.sql.execute(
                    "update partners set partner_number = 'Z' || partner_number, company_name = 'Z' || company_name"
                            + " where company_name = 'B'");
            assertThat(partners.search(query, 1, token).items())
                    .extracting(Partner::companyName)
                    .containsExactly("C");
            programme.sql.execute(
                    "update partners set partner_number = 'Z' || partner_number, company_name = 'Z' || company_name"
                            + " where company_name = 'C'");

            assertThatThrownBy(() -> partners.search(query, 2, token))
                    .isInstanceOf(PartnerException.InvalidInput.class)
                    .hasMessage(
                            "the partners at which the page begins have other names or numbers now; begin without a token");
            programme.sql.execute(
                    "update partners set partner_number = 'X' || partner_number, company_name = 'X' || company_name");
        }
    }

    /** Also by a statement that is prepared for every prefix: a pattern would have lost its index. */
    @Test
    void a_search_reads_a_range_of_its_index() {
        programme.sql.execute("""
                with key as (
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', 'bulk-' || n, 'test', sha256('x'), 'test' from generate_series(1, 5000) n returning idempotency_key)
                insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)
                select 'acme', idempotency_key, 'Company ' || idempotency_key, idempotency_key, 'test', 'test' from key
                """);
        programme.sql.execute("analyze partners");

        assertThat(planOf(PartnerQuery.nameBeginsWith("company bulk-49")))
                .contains("Index Scan using partners_by_name", "Index Cond: (((tenant_id)::text =")
                .containsPattern("partners_by_name.*\\n.*Index Cond: .*ROW\\(\\(?lower\\(.* >= ROW\\(")
                .doesNotContain("Seq Scan");
        assertThat(planOf(PartnerQuery.numberBeginsWith("bulk-49")))
                .contains("Index Scan using partner_number_is_unique", "Index Cond: (((tenant_id)::text =")
                .containsPattern(
                        "partner_number_is_unique.*\\n.*Index Cond: .*partner_number\\)::text >= \\(?(\\$|\\(InitPlan)")
                .doesNotContain("Seq Scan");
    }

    /** The plan of the second page, the same for all values. */
    private String planOf(PartnerQuery query) {
        List<String> statements = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        PartnerDao watched = database.store(database.sqlOfApplication()
                        .configuration()
                        .deriveAppending(new ExecuteListener() {
                            private static final long serialVersionUID = 1;

                            @Override
                            public void executeStart(ExecuteContext context) {
                                statements.add(context.sql());
                                values.clear();
                                values.addAll(context.query().getBindValues());
                            }
                        })
                        .dsl())
                .tenant("acme")
                .actingAs("user:42")
                .partners();
        watched.search(query, 50, watched.search(query, 50).next().orElseThrow());
        return programme.sql.connectionResult(connection -> explained(connection, statements.get(1), values));
    }

    private static String explained(Connection connection, String statement, List<Object> values) throws SQLException {
        String numbered = statement;
        for (int i = 1; numbered.contains("?"); i++) {
            numbered = numbered.replaceFirst("\\?", "\\$" + i);
        }
        String arguments = values.stream().map(value -> "'" + value + "'").collect(Collectors.joining(", "));
        try (Statement explain = connection.createStatement()) {
            explain.execute("set plan_cache_mode = force_generic_plan");
            explain.execute("prepare page as " + numbered);
            List<String> plan = new ArrayList<>();
            try (ResultSet lines = explain.executeQuery("explain execute page(" + arguments + ")")) {
                while (lines.next()) {
                    plan.add(lines.getString(1));
                }
            }
            explain.execute("deallocate page");
            explain.execute("reset plan_cache_mode");
            return String.join("\n", plan);
        }
    }
}
