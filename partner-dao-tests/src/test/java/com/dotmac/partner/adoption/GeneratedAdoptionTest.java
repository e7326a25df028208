package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Databases of {@code create_all()} with all faults mixed, made from a seed: every one ends adopted with the same rows, or
 * refused by the look.
 */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class GeneratedAdoptionTest {

    private static final Set<AdoptionConsent> ALL = EnumSet.allOf(AdoptionConsent.class);

    private static final String ROWS = """
            select 'event', id::text, partner_id::text, currency::text, trim_scale(commission_amount), event_date from partner_commission_events
            union all
            select 'partner', id::text, partner_number, null, default_commission_rate::numeric(7, 6), created_at from partners
            union all
            select 'payout', p.id::text, p.partner_id::text, p.currency::text, null, null from partner_payouts p
            where p.id::text like 'f0%'
            order by 1, 2
            """;

    /** Partners 1 to 5, payouts of every status, events that are linked at random: to any payout, to none, to one that is gone. */
    private static final String GENERATED = """
            select setseed(%s);
            insert into partners (id, partner_number, company_name, status, tier, commission_model, default_commission_rate, primary_email, tenant_id)
            select ('b1000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'G-' || n, 'Generated ' || n, 'ACTIVE', 'GOLD', 'REVENUE_SHARE',
                   0.1, 'g@example.com', case when n < 4 then 'acme' else 'globex' end
            from generate_series(1, 5) n;
            insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, payment_reference, status, completed_at,
                period_start, period_end, tenant_id, created_at)
            select ('f0100000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n %% 5)::text, 12, '0'))::uuid,
                   (random() * 400)::numeric(15, 2), (array['USD', 'EUR'])[1 + n %% 2], (random() * 3)::integer, 'wire-' || n,
                   (array['READY', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'PENDING', 'COMPLETED'])[1 + floor(random() * 7)::integer]::payoutstatus,
                   '2026-03-01', '2026-01-01', '2026-01-31', case when random() < 0.7 then case when 1 + n %% 5 < 4 then 'acme' else 'globex' end end, '2026-02-01'
            from generate_series(1, 20) n;
            insert into partner_commission_events (id, partner_id, invoice_id, commission_amount, currency, base_amount, commission_rate, status,
                event_type, event_date, payout_id, paid_at, tenant_id)
            select ('91000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n %% 5)::text, 12, '0'))::uuid,
                   case when random() < 0.1 then gen_random_uuid() end, ((random() - case when random() < 0.1 then 1 else 0 end) * 100)::numeric(15, 2),
                   (array['USD', 'EUR'])[1 + n %% 2], case when random() < 0.5 then 100 end, case when random() < 0.8 then 0.1 end,
                   (array['APPROVED', 'PAID', 'PAID', 'PENDING', 'CANCELLED', 'CLAWBACK', 'APPROVED'])[1 + floor(random() * 7)::integer]::commissionstatus,
                   'invoice', '2026-01-01'::timestamptz + random() * interval '60 days',
                   case when random() < 0.6 then ('f0100000-0000-0000-0000-' || lpad((1 + (n + 20 - 1) %% 20)::text, 12, '0'))::uuid
                        when random() < 0.4 then ('f0100000-0000-0000-0000-' || lpad((1 + floor(random() * 20)::integer)::text, 12, '0'))::uuid
                        when random() < 0.4 then gen_random_uuid() end,
                   case when random() < 0.5 then '2026-03-02'::timestamptz end,
                   case when random() < 0.7 then case when 1 + n %% 5 < 4 then 'acme' else 'globex' end end
            from generate_series(1, 150) n
            """;

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1})
    void a_generated_database_is_adopted_without_a_statement_by_hand(
            double seed, @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute(GENERATED.formatted(seed));
        legacy.execute(
                "update partner_commission_events set commission_amount = abs(commission_amount) where status = 'PAID'");
        List<String> everything = legacy.everything();
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class);
        assertThat(legacy.everything()).isEqualTo(everything);

        assertThat(legacy.schema.adopt(ALL).refusals()).isEmpty();
        isAdopted(legacy, other);
    }

    /** No payout can have paid events that do not add up to more than zero. */
    @ParameterizedTest
    @ValueSource(doubles = {0.11, 0.12, 0.13, 0.14})
    void with_negative_amounts_that_were_paid_it_is_adopted_or_refused_by_the_look(
            double seed, @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute(GENERATED.formatted(seed));
        List<String> everything = legacy.everything();

        List<String> refusals = legacy.schema.adopt(ALL).refusals();
        assertThat(legacy.schema.rehearseAdoption(ALL).refusals()).isEqualTo(refusals);
        assertThat(legacy.everything()).isEqualTo(everything);
        if (refusals.isEmpty()) {
            isAdopted(legacy, other);
        } else {
            assertThatThrownBy(() -> legacy.schema.applyAdoption(ALL))
                    .hasMessage("adopt was refused and has changed nothing: " + String.join("; ", refusals));
            assertThat(legacy.everything()).isEqualTo(everything);
        }
    }

    private static void isAdopted(Legacy legacy, PartnerDatabase other) {
        List<String> rows = legacy.rows(ROWS);
        legacy.schema.applyAdoption(ALL);
        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(ROWS)).isEqualTo(rows);
    }
}
