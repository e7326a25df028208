package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Calls that approve or cancel pending events. */
final class ModelDecisions extends ModelOperations {

    ModelDecisions(ModelRun run) {
        super(run);
    }

    Call approve(Random draw) {
        Set<UUID> ids = someEvents(draw);
        return new Call(
                "approve " + ids,
                self -> answer(self, () -> acme.commissions().approve(ids), approval -> {
                    Set<UUID> approved = approval.approved().stream()
                            .map(CommissionEvent::id)
                            .collect(Collectors.toSet());
                    return new Answer(
                            () -> approved.forEach(id -> {
                                count(Operation.APPROVE);
                                assertThat(books.events.get(id).approved)
                                        .as("event %s was approved before", id)
                                        .isFalse();
                                books.events.get(id).approved = true;
                            }),
                            () -> requireOthers(ids, approved, approval.notPending(), id -> !books.events
                                    .get(id)
                                    .isPending()));
                }));
    }

    Call cancelEvents(Random draw) {
        Set<UUID> ids = someEvents(draw);
        return new Call(
                "cancel events " + ids,
                self -> answer(
                        self,
                        () -> acme.commissions().cancel(ids, "entered in error"),
                        cancellation -> {
                            Set<UUID> cancelled = cancellation.cancelled().stream()
                                    .map(CommissionEvent::id)
                                    .collect(Collectors.toSet());
                            return new Answer(
                                    () -> cancelled.forEach(id -> {
                                        count(Operation.CANCEL_EVENTS);
                                        assertThat(books.events.get(id).cancelled)
                                                .as("event %s was cancelled before", id)
                                                .isFalse();
                                        books.events.get(id).cancelled = true;
                                    }),
                                    // A cancellation leaves out a pending event that was partly clawed back.
                                    () -> requireOthers(
                                            ids,
                                            cancelled,
                                            cancellation.notPending(),
                                            id -> !books.events.get(id).isPending() || books.hasEntries(id)));
                        },
                        refusal -> refusal instanceof PartnerException.ConstraintViolated violated
                                && violated.constraint().equals("commission_event_with_reversals_is_not_cancelled")
                                && ids.stream().anyMatch(books::hasEntries)));
    }

    private static void requireOthers(
            Set<UUID> ids, Set<UUID> changed, List<UUID> leftOut, Predicate<UUID> mayBeLeftOut) {
        Set<UUID> others = new HashSet<>(ids);
        others.removeAll(changed);
        assertThat(new HashSet<>(leftOut)).as("the others").isEqualTo(others);
        assertThat(others).as("left out").allMatch(mayBeLeftOut);
    }

    private Set<UUID> someEvents(Random draw) {
        int wanted = 1 + draw.nextInt(3);
        Set<UUID> ids = new LinkedHashSet<>();
        for (int i = 0; i < wanted; i++) {
            prefer(books.events.values(), Earning::isPending, draw).ifPresent(event -> ids.add(event.id()));
        }
        return ids;
    }
}
