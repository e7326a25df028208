package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** What is earned: sales accrued and commissions recorded. */
final class ModelEarnings extends ModelOperations {

    ModelEarnings(ModelRun run) {
        super(run);
    }

    Call accrue(Random draw, String key, Instant now) {
        UUID customer = pick(books.customers, draw);
        Sale sale = new Sale(key, customer, null, amount(draw), date(draw, now));
        return new Call(
                "accrue " + sale,
                self -> answer(self, () -> acme.commissions().accrue(sale), accrual -> {
                    Set<UUID> ids = new HashSet<>(accrual.eventIds());
                    UUID saleId = acme.sales().find(key).orElseThrow().id();
                    return entered(Operation.ACCRUE, key, self, accrual.replayed(), ids, () -> {
                        if (manner == Manner.ALONE) {
                            assertThat(accrual.events().stream().map(CommissionEvent::partnerId))
                                    .as(self.said())
                                    .containsExactlyInAnyOrderElementsOf(books.assigned(customer, sale.occurredAt()));
                        }
                        accrual.events().forEach(event -> requireRate(sale, event));
                        accrual.events().forEach(books::add);
                        books.sales.put(key, new Sold(saleId, sale));
                    });
                }));
    }

    /** At the rate of the time of the sale; of two calls at once, a revision may come before the sale or after it. */
    private void requireRate(Sale sale, CommissionEvent event) {
        Earner partner = books.partners.get(event.partnerId());
        BigDecimal rate = partner.rate(sale.amount().currency(), sale.occurredAt());
        assertThat(event.amount())
                .as("%s of %s", event, sale)
                .isEqualTo(sale.amount().share(event.rate()));
        assertThat(event.rate())
                .as("rate of %s", partner.name)
                .matches(found -> found.compareTo(rate) == 0
                        || manner == Manner.AT_ONCE
                                && partner.everRates.stream().anyMatch(ever -> ever.compareTo(found) == 0));
    }

    Call record(Random draw, String key, Instant now) {
        Earner partner = partner(draw);
        Money base = amount(draw);
        Money amount = base.share(new BigDecimal(draw.nextBoolean() ? "0.5" : "0.05"));
        NewCommission bonus = NewCommission.on(key, partner.id, base, amount, date(draw, now));
        NewCommission commission = draw.nextInt(8) == 0 ? bonus.heldUntil(now.plus(Duration.ofDays(30))) : bonus;
        return new Call(
                "record " + commission,
                self -> answer(
                        self,
                        () -> acme.commissions().record(commission),
                        outcome -> entered(
                                Operation.RECORD,
                                key,
                                self,
                                outcome.replayed(),
                                Set.of(outcome.value().id()),
                                () -> {
                                    assertThat(outcome.value().amount())
                                            .as(self.said())
                                            .isEqualTo(amount);
                                    books.add(outcome.value());
                                })));
    }
}
