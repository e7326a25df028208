package com.dotmac.partner.operations;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.dao.statements.Verification;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.PromotableServer;
import com.dotmac.partner.schema.SchemaGuard;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/operations.md says of a standby: what changes nothing works there, everything else is refused. */
@Tag("slow")
class StandbyReadsTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void only_on_an_embedded_server() {
        String choice = System.getProperty("partner.db", "auto");
        assumeTrue(List.of("embedded", "auto").contains(choice), "starts two embedded servers of its own");
    }

    @Test
    void a_standby_answers_what_changes_nothing() throws Exception {
        try (PromotableServer server = new PromotableServer(directory)) {
            ProgrammeOnServer.migrate(server.database("postgres"));
            ProgrammeOnServer.live(ProgrammeOnServer.of(server.database("postgres")), 50);
            server.addStandby();
            PartnerScope primary = ProgrammeOnServer.of(server.database("postgres")).acme;
            Verification verification = primary.statements().verify();
            server.standbyHasEverything();
            PGSimpleDataSource standby = server.standby("postgres");

            SchemaGuard.ofSearchPath().linkedToHost().require(standby);
            assertThat(ProgrammeOnServer.schema(standby).drift()).isEmpty();
            assertThat(ProgrammeOnServer.schema(standby).info()).isNotEmpty();
            Programme there = ProgrammeOnServer.of(standby);
            reads(there.acme, primary);
            assertThat(there.acme.statements().verify().isClean()).isTrue();
            assertThat(there.acme
                            .statements()
                            .verifySince(verification.checkpoint())
                            .isClean())
                    .isTrue();
            assertThat(there.sql
                            .fetchSingle("select count(*) from partner_broken_invariants")
                            .get(0, Long.class))
                    .isZero();
            assertThat(there.sql.fetch("select * from partner_ledger")).isNotEmpty();
            assertThat(there.acme.payouts().whyClaimsStop()).isEmpty();

            assertReadOnly(() -> there.acme.partners().register(NewPartner.named("late", "Late")));
            assertReadOnly(() -> there.acme.payouts().claim(1, "worker", Duration.ofMinutes(1)));
            assertReadOnly(() -> there.acme
                    .payouts()
                    .reconcile(new StringReader("key,amount,currency,status,reference\n"), JANUARY, APRIL));
        }
    }

    private static void reads(PartnerScope there, PartnerScope primary) throws Exception {
        CommissionEvent event = primary.commissions()
                .list(CommissionQuery.all(), CommissionOrder.EARLIEST_EVENT_FIRST, 1)
                .items()
                .get(0);
        var partner = event.partnerId();
        Currency usd = Currency.getInstance("USD");
        assertThat(there.statements().statements(partner, JANUARY, APRIL))
                .isEqualTo(primary.statements().statements(partner, JANUARY, APRIL));
        assertThat(there.statements().balance(partner))
                .extracting(Balance::owed)
                .isNotEmpty();
        assertThat(there.statements().balanceAt(partner, APRIL))
                .isEqualTo(primary.statements().balanceAt(partner, APRIL));
        assertThat(there.statements().dashboard(partner)).isNotNull();
        assertThat(there.statements().exportCsv(JANUARY, APRIL, new StringBuilder()))
                .isPositive();
        assertThat(there.commissions().find(event.id())).contains(event);
        assertThat(there.commissions().explain(event.id())).isPresent();
        assertThat(there.payouts().blockers(event.id()))
                .isEqualTo(primary.payouts().blockers(event.id()));
        assertThat(there.payouts().preview(partner, usd, APRIL))
                .isEqualTo(primary.payouts().preview(partner, usd, APRIL));
        List<Payout> payouts = there.payouts().list(PayoutQuery.all(), 50).items();
        assertThat(payouts)
                .isNotEmpty()
                .isEqualTo(primary.payouts().list(PayoutQuery.all(), 50).items());
    }

    private static void assertReadOnly(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(PartnerException.class, refused -> assertThat(refused.getMessage())
                        .contains("read-only transaction"));
    }
}
