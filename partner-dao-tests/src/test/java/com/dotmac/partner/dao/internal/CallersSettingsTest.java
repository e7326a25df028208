package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.DSLContext;
import org.jooq.RecordListener;
import org.jooq.SQLDialect;
import org.jooq.VisitListener;
import org.jooq.conf.BackslashEscaping;
import org.jooq.conf.ExecuteWithoutWhere;
import org.jooq.conf.MappedSchema;
import org.jooq.conf.ParamCastMode;
import org.jooq.conf.ParamType;
import org.jooq.conf.QueryPoolable;
import org.jooq.conf.RenderImplicitJoinType;
import org.jooq.conf.RenderImplicitWindowRange;
import org.jooq.conf.RenderKeywordCase;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.RenderTable;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.conf.ThrowExceptions;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a caller's DSLContext brings along: honoured or refused. */
@ExtendWith(PartnerDatabaseExtension.class)
class CallersSettingsTest {

    private static final String RENDERED_ONCE =
            "the library renders some of its statements only once and for all callers";

    private final PartnerDatabase database;
    private final Programme programme;

    CallersSettingsTest(PartnerDatabase database) {
        this.database = database;
        this.programme = new Programme(database);
    }

    private DSLContext with(UnaryOperator<Settings> change) {
        return DSL.using(database.dataSource(), SQLDialect.POSTGRES, change.apply(new Settings()));
    }

    private void refused(UnaryOperator<Settings> change, String what) {
        refused(with(change), what);
    }

    private static void refused(DSLContext dsl, String what) {
        assertThatThrownBy(() -> PartnerStore.create(dsl))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("the DSLContext has " + what + "; give PartnerStore a context without it");
    }

    @Test
    void a_limit_on_rows_is_refused() {
        refused(
                settings -> settings.withMaxRows(10),
                "maxRows 10 in its settings: sums and runs need all rows; limit the page size of a call instead");
    }

    @Test
    void a_mapping_of_names_is_refused() {
        String what = "a renderMapping: " + RENDERED_ONCE
                + ", with the tables' own names; set the search_path of the connection instead";
        refused(settings -> settings.withRenderMapping(new RenderMapping().withDefaultSchema("crm")), what);
        refused(
                settings -> settings.withRenderMapping(new RenderMapping()
                        .withSchemata(new MappedSchema().withInput("").withOutput("crm"))),
                what);
        refused(
                settings -> settings.withRenderNameCase(RenderNameCase.UPPER),
                "renderNameCase UPPER in its settings: the names in the schema are lower case, and PostgreSQL compares"
                        + " quoted names letter by letter");
        refused(
                settings -> settings.withRenderTable(RenderTable.WHEN_MULTIPLE_TABLES),
                "renderTable WHEN_MULTIPLE_TABLES in its settings: the library's statements tell columns apart by their"
                        + " tables");
        PartnerStore.create(with(settings -> settings.withRenderMapping(new RenderMapping())));
    }

    @Test
    void values_that_do_not_travel_as_parameters_are_refused() {
        refused(
                settings -> settings.withStatementType(StatementType.STATIC_STATEMENT),
                "statementType STATIC_STATEMENT in its settings: " + RENDERED_ONCE + ", with parameters");
        refused(
                settings -> settings.withParamType(ParamType.INLINED),
                "paramType INLINED in its settings: " + RENDERED_ONCE + ", with parameters");
        refused(
                settings -> settings.withInlineThreshold(3),
                "inlineThreshold 3 in its settings: " + RENDERED_ONCE + ", with parameters");
        refused(
                settings -> settings.withParamCastMode(ParamCastMode.NEVER),
                "paramCastMode NEVER in its settings: PostgreSQL needs the casts that jOOQ writes by default");
        refused(
                settings -> settings.withBackslashEscaping(BackslashEscaping.ON),
                "backslashEscaping ON in its settings: the library writes literals for standard_conforming_strings");
    }

    @Test
    void a_change_of_what_a_statement_means_is_refused() {
        refused(
                settings -> settings.withThrowExceptions(ThrowExceptions.THROW_NONE),
                "throwExceptions THROW_NONE in its settings: a statement that the database refuses must end the call");
        refused(
                settings -> settings.withRenderImplicitJoinType(RenderImplicitJoinType.INNER_JOIN),
                "renderImplicitJoinType INNER_JOIN in its settings: a join of another kind finds other rows");
        refused(
                settings -> settings.withRenderImplicitJoinToManyType(RenderImplicitJoinType.INNER_JOIN),
                "renderImplicitJoinToManyType INNER_JOIN in its settings: a join of another kind finds other rows");
        refused(
                settings -> settings.withRenderImplicitWindowRange(RenderImplicitWindowRange.ROWS_UNBOUNDED_PRECEDING),
                "renderImplicitWindowRange ROWS_UNBOUNDED_PRECEDING in its settings: a window of another kind sees other"
                        + " rows");
        refused(
                settings -> settings.withRenderCoalesceToEmptyStringInConcat(true),
                "renderCoalesceToEmptyStringInConcat true in its settings: text that is missing must stay missing");
        refused(
                settings -> settings.withRenderPlainSQLTemplatesAsRaw(true),
                "renderPlainSQLTemplatesAsRaw true in its settings: the library has templates of plain SQL, whose"
                        + " placeholders jOOQ fills");
    }

    @Test
    void listeners_that_would_hear_only_some_of_it_are_refused() {
        refused(
                database.sql().configuration().derive(new VisitListener() {}).dsl(),
                "visit listeners: " + RENDERED_ONCE + ", and these listeners would not see them");
        refused(
                database.sql().configuration().derive(new RecordListener() {}).dsl(),
                "record listeners: the library reads and writes most rows without jOOQ's records; use an execute"
                        + " listener");
    }

    @Test
    void another_dialect_is_refused() {
        assertThatThrownBy(() -> PartnerStore.create(DSL.using(database.dataSource(), SQLDialect.MYSQL)))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("the DSLContext has dialect MYSQL; give one with SQLDialect.POSTGRES");
    }

    /** The whole list is in docs/settings.md. */
    private static Map<String, UnaryOperator<Settings>> harmless() {
        Map<String, UnaryOperator<Settings>> harmless = new TreeMap<>();
        harmless.put("renderSchema", settings -> settings.withRenderSchema(false));
        harmless.put("renderCatalog", settings -> settings.withRenderCatalog(false));
        harmless.put(
                "renderQuotedNames",
                settings -> settings.withRenderQuotedNames(RenderQuotedNames.EXPLICIT_DEFAULT_UNQUOTED));
        harmless.put("renderNameCase", settings -> settings.withRenderNameCase(RenderNameCase.LOWER));
        harmless.put("renderKeywordCase", settings -> settings.withRenderKeywordCase(RenderKeywordCase.UPPER));
        harmless.put("renderLocale", settings -> settings.withRenderLocale(Locale.ROOT));
        harmless.put("renderNamedParamPrefix", settings -> settings.withRenderNamedParamPrefix("@"));
        harmless.put("renderFormatted", settings -> settings.withRenderFormatted(true));
        harmless.put(
                "renderRowConditionForSeekClause", settings -> settings.withRenderRowConditionForSeekClause(false));
        harmless.put(
                "renderRedundantConditionForSeekClause",
                settings -> settings.withRenderRedundantConditionForSeekClause(true));
        harmless.put(
                "executeUpdateWithoutWhere",
                settings -> settings.withExecuteUpdateWithoutWhere(ExecuteWithoutWhere.THROW));
        harmless.put(
                "executeDeleteWithoutWhere",
                settings -> settings.withExecuteDeleteWithoutWhere(ExecuteWithoutWhere.THROW));
        harmless.put("updatablePrimaryKeys", settings -> settings.withUpdatablePrimaryKeys(true));
        harmless.put("insertUnchangedRecords", settings -> settings.withInsertUnchangedRecords(false));
        harmless.put("executeWithOptimisticLocking", settings -> settings.withExecuteWithOptimisticLocking(true));
        harmless.put("returnAllOnUpdatableRecord", settings -> settings.withReturnAllOnUpdatableRecord(true));
        harmless.put("attachRecords", settings -> settings.withAttachRecords(false));
        harmless.put("fetchWarnings", settings -> settings.withFetchWarnings(false));
        harmless.put("fetchSize", settings -> settings.withFetchSize(2));
        harmless.put("batchSize", settings -> settings.withBatchSize(2));
        harmless.put("queryPoolable", settings -> settings.withQueryPoolable(QueryPoolable.FALSE));
        harmless.put("queryTimeout", settings -> settings.withQueryTimeout(60));
        harmless.put("inListPadding", settings -> settings.withInListPadding(true));
        harmless.put("bindOffsetDateTimeType", settings -> settings.withBindOffsetDateTimeType(true));
        harmless.put("mapJPAAnnotations", settings -> settings.withMapJPAAnnotations(false));
        harmless.put("executeLogging", settings -> settings.withExecuteLogging(false));
        harmless.put("debugInfoOnStackTrace", settings -> settings.withDebugInfoOnStackTrace(false));
        harmless.put("parseDialect", settings -> settings.withParseDialect(SQLDialect.MYSQL));
        return harmless;
    }

    @Test
    void other_settings_change_no_result() throws IOException {
        Month plain = new Month(new Programme(database));
        plain.run();
        String expected = plain.export();
        assertThat(expected).hasLineCount(4);

        SoftAssertions each = new SoftAssertions();
        harmless().forEach((name, change) -> each.assertThatCode(() -> {
                    Month month = new Month(new Programme(database, database.store(with(change))));
                    month.run();
                    assertThat(month.export()).isEqualTo(expected);
                })
                .as(name)
                .doesNotThrowAnyException());
        each.assertAll();
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
    }

    /** A month of one partner, from the sale to the statement. */
    private static final class Month {

        private final Programme on;
        private final Partner partner;

        Month(Programme on) {
            this.on = on;
            this.partner = on.activePartner("0.1");
        }

        void run() {
            UUID customer = on.customerOf(partner);
            UUID payout = on.approvedSale(customer, "100", "USD", JANUARY)
                    .get(0)
                    .payoutId()
                    .orElseThrow();
            on.acme.commissions().recordAll(Stream.of(given("30"), given("40")), BulkMode.KEEP_GOOD, outcome -> {});
            on.acme.commissions().approve(CommissionQuery.all().ofPartner(partner.id()), "checked");
            on.closeAll(FEBRUARY);
            on.pay(payout, "bank-" + payout);
            assertThat(on.acme.statements().dashboard(partner.id()).recentEvents())
                    .hasSize(3);
            assertThat(on.acme.commissions().stream(
                                    CommissionQuery.all().ofPartner(partner.id()), CommissionOrder.EARLIEST_EVENT_FIRST)
                            .toList())
                    .hasSize(3);
        }

        private NewCommission given(String amount) {
            return NewCommission.on(
                    Programme.newKey(), partner.id(), Money.of("100", "USD"), Money.of(amount, "USD"), JANUARY);
        }

        /** Kind and amount of each line: ids and times differ. */
        String export() throws IOException {
            StringBuilder csv = new StringBuilder();
            on.acme.statements().exportCsv(partner.id(), JANUARY, JANUARY.plus(Duration.ofDays(36_500)), csv);
            return csv.toString()
                    .lines()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .map(line -> line[3] + " " + line[4] + " " + line[5])
                    .sorted()
                    .reduce((before, line) -> before + "\n" + line)
                    .orElse("");
        }
    }

    @Test
    void a_query_timeout_ends_every_kind_of_statement() throws SQLException {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        PartnerScope impatient = database.store(with(settings -> settings.withQueryTimeout(1)))
                .tenant("acme")
                .actingAs("user:42");
        NewCommission held =
                NewCommission.on("held-2", partner.id(), Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
        NewCommission free =
                NewCommission.on("free", partner.id(), Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
        String before = programme.fingerprint();
        // If the library does not honour the timeout, the server ends the wait and the test fails.
        String name = programme.sql.fetchValue("select current_database()").toString();
        programme.sql.execute("alter database {0} set lock_timeout = '10s'", DSL.name(name));
        try (Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            PartnerScope holding = database.store(DSL.using(holder, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:43");
            holding.commissions().accrue(new Sale("held-1", customer, null, Money.of("100", "USD"), JANUARY));
            holding.commissions().record(held);
            holding.partners().suspend(partner.id(), "audit");

            isCancelled(() -> impatient.partners().suspend(partner.id(), "audit"));
            isCancelled(() -> impatient
                    .commissions()
                    .accrue(new Sale("held-1", customer, null, Money.of("100", "USD"), JANUARY)));
            isCancelled(
                    () -> impatient.commissions().recordAll(Stream.of(free, held), BulkMode.KEEP_GOOD, outcome -> {}));
            holder.rollback();
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    private static void isCancelled(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(PartnerException.Database.class, refused -> assertThat(refused.sqlState())
                        .contains("57014"))
                .hasMessage("the statement was cancelled, by its timeout or by hand: canceling statement due to user"
                        + " request; nothing was changed");
    }
}
