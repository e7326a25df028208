package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.sales.SaleQuery;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is earned: sales accrued and commissions recorded; and sales restated, of which nothing has changed. */
final class ModelEarnings extends ModelOperations {

    ModelEarnings(ModelRun run) {
        super(run);
    }

    Call accrue(Random draw, String key, Instant now) {
        UUID customer = pick(List.copyOf(books.earningPartners.keySet()), draw);
        Sale sale = new Sale(key, customer, null, amount(draw), date(draw, now));
        return new Call(
                "accrue " + sale,
                self -> answer(self, () -> acme.commissions().accrue(sale), accrual -> {
                    Set<UUID> ids = new HashSet<>(accrual.eventIds());
                    return entered(Operation.ACCRUE, key, self, accrual.replayed(), ids, () -> {
                        assertThat(accrual.events().stream()
                                        .collect(Collectors.toMap(CommissionEvent::partnerId, CommissionEvent::amount)))
                                .as(self.said())
                                .isEqualTo(books.earningPartners.get(customer).stream()
                                        .collect(Collectors.toMap(
                                                id -> id, id -> sale.amount().share(books.partners.get(id).rate))));
                        accrual.events().forEach(books::add);
                    });
                }));
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

    /** Assignments and rules are as they were: whatever else happened to the events, nothing is booked. */
    Call restate(String key) {
        return new Call(
                "restate every sale",
                self -> answer(
                        self,
                        () -> acme.sales().restate(key, SaleQuery.all(), "nothing has changed"),
                        restated -> entered(Operation.RESTATE, key, self, restated.replayed(), Set.of(), () -> {
                            assertThat(restated.totals()).as(self.said()).isEmpty();
                            assertThat(restated.salesChanged()).as(self.said()).isZero();
                        })));
    }
}
