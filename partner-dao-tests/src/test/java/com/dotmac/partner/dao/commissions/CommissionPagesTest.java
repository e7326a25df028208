package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.support.ManyEvents;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.conf.ParamType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages and streams through 50,000 events, of one partner and of the tenant, while others insert before and behind. */
@ExtendWith(PartnerDatabaseExtension.class)
public class CommissionPagesTest {

    private static final int EVENTS = 50_000;
    private static final int WRITERS = 2;

    private static PartnerDatabase database;
    private static Programme programme;
    private static List<UUID> partners;

    @BeforeAll
    static void given_many_events(PartnerDatabase migrated) {
        database = migrated;
        programme = new Programme(migrated);
        partners = Stream.generate(() -> programme.activePartner("0.1").id())
                .limit(5)
                .toList();
        for (int month = 0; month < 5; month++) {
            new ManyEvents(programme.sql).insert(partners, EVENTS / 5, FEBRUARY.plus(Duration.ofDays(month)));
        }
        programme.sql.execute("analyze");
    }

    @ParameterizedTest
    @EnumSource
    void pages_of_the_tenant_have_no_gap_and_no_repeat_while_others_insert(CommissionOrder order) throws Exception {
        assertWholeWhileOthersInsert(CommissionQuery.all(), order);
    }

    @ParameterizedTest
    @EnumSource
    void pages_of_a_partner_have_no_gap_and_no_repeat_while_others_insert(CommissionOrder order) throws Exception {
        assertWholeWhileOthersInsert(CommissionQuery.all().ofPartner(partners.get(0)), order);
    }

    private void assertWholeWhileOthersInsert(CommissionQuery query, CommissionOrder order) throws Exception {
        List<UUID> before = idsInOrder(query, order);
        AtomicBoolean read = new AtomicBoolean();
        List<List<CommissionEvent>> results = Together.run(
                1 + WRITERS, thread -> thread == 0 ? everyPage(query, order, read) : insertUntil(read, thread));

        List<CommissionEvent> seen = results.get(0);
        assertThat(results.stream().skip(1))
                .allSatisfy(inserted -> assertThat(inserted).isEmpty());
        Set<UUID> known = new HashSet<>(before);
        assertThat(seen.stream().map(CommissionEvent::id).filter(known::contains))
                .as("events that were there at the start, in the order of the list")
                .containsExactlyElementsOf(before);
        assertThat(seen).as("all that was read").isSortedAccordingTo(comparator(order));
        assertThat(seen).extracting(CommissionEvent::id).doesNotHaveDuplicates();
    }

    private static List<CommissionEvent> everyPage(CommissionQuery query, CommissionOrder order, AtomicBoolean read) {
        try {
            List<CommissionEvent> seen = new ArrayList<>();
            String next = null;
            do {
                Page<CommissionEvent> page = programme.acme.commissions().list(query, order, 500, next);
                seen.addAll(page.items());
                next = page.next().orElse(null);
            } while (next != null);
            return seen;
        } finally {
            read.set(true);
        }
    }

    /** At dates before, among and after those that are there; a fixed number at most, so that no list grows without end. */
    private static List<CommissionEvent> insertUntil(AtomicBoolean read, int thread) {
        for (int round = 0; round < 50 && !read.get(); round++) {
            Instant date = List.of(JANUARY, FEBRUARY, MARCH).get((round + thread) % 3);
            new ManyEvents(programme.sql).insert(partners, 5, date.plusSeconds(round));
        }
        return List.of();
    }

    /** By the database's own order, from one statement. */
    private static List<UUID> idsInOrder(CommissionQuery query, CommissionOrder order) {
        return programme
                .sql
                .resultQuery(
                        "select id from partner_commission_events where tenant_id = 'acme'"
                                + " and (?::uuid is null or partner_id = ?::uuid) order by "
                                + switch (order) {
                                    case EARLIEST_EVENT_FIRST -> "event_date, id";
                                    case LATEST_EVENT_FIRST -> "event_date desc, id desc";
                                    case FIRST_RECORDED_FIRST -> "id";
                                    case LAST_RECORDED_FIRST -> "id desc";
                                },
                        query.partnerId(),
                        query.partnerId())
                .fetchInto(UUID.class);
    }

    private static Comparator<CommissionEvent> comparator(CommissionOrder order) {
        Comparator<CommissionEvent> byId =
                Comparator.comparing(event -> event.id().toString());
        Comparator<CommissionEvent> byDate =
                Comparator.comparing(CommissionEvent::eventDate).thenComparing(byId);
        return switch (order) {
            case EARLIEST_EVENT_FIRST -> byDate;
            case LATEST_EVENT_FIRST -> byDate.reversed();
            case FIRST_RECORDED_FIRST -> byId;
            case LAST_RECORDED_FIRST -> byId.reversed();
        };
    }

    @ParameterizedTest
    @EnumSource
    void a_deep_page_begins_at_its_position_in_an_index(CommissionOrder order) {
        boolean byDate = order == CommissionOrder.EARLIEST_EVENT_FIRST || order == CommissionOrder.LATEST_EVENT_FIRST;
        assertThat(planOfDeepPage(CommissionQuery.all(), order))
                .contains("using "
                        + (byDate ? "partner_commission_events_by_date" : "partner_commission_events_pkey")
                        + " ")
                .containsPattern(
                        byDate ? "Index Cond: .*ROW\\(event_date, id\\) [<>] ROW" : "Index Cond: .*\\(id [<>] ")
                .doesNotContain("Sort")
                .doesNotContain("Filter");
        assertThat(planOfDeepPage(CommissionQuery.all().ofPartner(partners.get(0)), order))
                .contains("using partner_commission_events_by_partner" + (byDate ? " " : "_recorded "))
                .containsPattern(
                        byDate ? "Index Cond: .*ROW\\(event_date, id\\) [<>] ROW" : "Index Cond: .*\\(id [<>] ")
                .doesNotContain("Sort")
                .doesNotContain("Filter");
    }

    private static String planOfDeepPage(CommissionQuery query, CommissionOrder order) {
        LastQuery sent = new LastQuery();
        CommissionDao commissions = database.store(database.sqlOfApplication()
                        .configuration()
                        .deriveAppending(sent)
                        .dsl())
                .tenant("acme")
                .actingAs("user:42")
                .commissions();
        String next = null;
        for (int page = 0; page < 5; page++) {
            next = commissions.list(query, order, 1000, next).next().orElseThrow();
        }
        commissions.list(query, order, 50, next);
        return String.join(
                "\n", programme.sql.resultQuery("explain " + sent.sql).fetchInto(String.class));
    }

    /** Remembers the statement with its values. */
    private static final class LastQuery implements ExecuteListener {
        private static final long serialVersionUID = 1;
        private String sql = "";

        @Override
        public void executeStart(ExecuteContext context) {
            sql = context.query().getSQL(ParamType.INLINED);
        }
    }

    @Test
    void a_stream_has_the_events_that_were_there_when_it_began() {
        CommissionQuery query = CommissionQuery.all();
        for (CommissionOrder order : CommissionOrder.values()) {
            List<UUID> before = idsInOrder(query, order);
            List<UUID> seen = new ArrayList<>();
            try (Stream<CommissionEvent> events = programme.acme.commissions().stream(query, order)) {
                events.forEach(event -> {
                    if (seen.size() % 10_000 == 0) {
                        new ManyEvents(programme.sql).insert(partners, 5, MARCH);
                    }
                    seen.add(event.id());
                });
            }
            assertThat(seen).as(order.name()).isEqualTo(before);
        }
    }
}
