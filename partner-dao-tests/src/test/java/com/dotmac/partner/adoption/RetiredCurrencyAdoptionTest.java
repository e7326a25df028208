package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.ACCEPT_PAID_WITHOUT_PAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.payouts.Blocker.CurrencyRetired;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows in currencies that are no longer legal tender are adopted like all others: what is paid stays paid. */
@ExtendWith(PartnerDatabaseExtension.class)
class RetiredCurrencyAdoptionTest {

    private static final String MONEY = """
            select 'event', id::text, currency::text, trim_scale(commission_amount) from partner_commission_events
            union all
            select 'payout', id::text, currency::text, trim_scale(total_amount) from partner_payouts where id::text like 'f0%'
            order by 1, 2
            """;

    @Test
    void events_and_payouts_in_levs_kunas_and_marks_are_adopted_and_nobody_pays_them(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        // A completed payout in levs, one to be paid in kunas, an event in marks that was paid in none.
        legacy.execute("""
                update partner_payouts set currency = case when id::text like '%1' then 'BGN' else 'HRK' end;
                update partner_commission_events set currency = 'BGN' where right(id::text, 1) in ('1', '2');
                update partner_commission_events set currency = 'HRK' where right(id::text, 1) in ('3', '4');
                update partner_commission_events set currency = 'DEM', status = 'PAID' where right(id::text, 1) = '5';
                update partner_commission_events set currency = 'ITL' where right(id::text, 1) = '6';
                """);
        List<String> money = legacy.rows(MONEY);
        assertThat(legacy.schema.adopt(Set.of(ACCEPT_PAID_WITHOUT_PAYOUT)).refusals())
                .isEmpty();

        legacy.schema.applyAdoption(Set.of(ACCEPT_PAID_WITHOUT_PAYOUT));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(MONEY)).isEqualTo(money);
        assertThat(legacy.rows(
                        "select currency::text, status, trim_scale(total_amount) from partner_payouts order by 1"))
                .containsExactly("[BGN, completed, 150]", "[DEM, completed, 3]", "[HRK, ready, 20.25]");
        assertThat(legacy.rows("select right(id::text, 1), status from partner_commission_events order by 1"))
                .containsExactly(
                        "[1, paid]", "[2, paid]", "[3, approved]", "[4, approved]", "[5, paid]", "[6, cancelled]");

        PayoutDao payouts =
                database.storeOfOwner().tenant("acme").actingAs("test").payouts();
        assertThat(payouts.claim(10, "worker-1", Duration.ofMinutes(5))).isEmpty();
        assertThat(payouts.blockers(UUID.fromString("90000000-0000-0000-0000-000000000003")))
                .contains(new CurrencyRetired(Currency.getInstance("HRK"), Instant.parse("2023-01-01T00:00:00Z")));
        payouts.recordReturn("returned", UUID.fromString("f0000000-0000-0000-0000-000000000001"), "the bank is gone");
        assertThat(payouts.closeAll("close", Instant.parse("2026-11-01T00:00:00Z"))
                        .leftOpen())
                .extracting(open -> open.due() + " + " + open.afterCutoff())
                .containsExactly("0.00 BGN + 150.00 BGN", "7.77 HRK + 0.00 HRK");
        assertThat(legacy.rows("select * from partner_broken_invariants")).isEmpty();
    }
}
