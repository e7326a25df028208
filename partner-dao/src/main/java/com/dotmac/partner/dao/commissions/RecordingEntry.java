package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@link CommissionDao#recordAll} on its way to its outcome. The texts that the statement sends are made once.
 */
final class RecordingEntry {

    static final int KEY = 0;

    /** In the order in which {@link RecordingBatchSql} unnests them. */
    static final List<Function<NewCommission, @Nullable Object>> COLUMNS = List.of(
            NewCommission::key,
            NewCommission::partnerId,
            NewCommission::customerId,
            NewCommission::invoiceId,
            NewCommission::earnedAt,
            commission -> commission.amount().currency().getCurrencyCode(),
            commission -> commission.base().amount().toPlainString(),
            commission -> commission.amount().amount().toPlainString(),
            commission -> CalculationJson.manual(commission.base(), commission.amount()),
            NewCommission::holdUntil,
            NewCommission::reason);

    private final long row;
    private final NewCommission commission;
    private final Request request;
    private final @Nullable String[] texts;
    private @Nullable RowOutcome<Outcome<UUID>> outcome;

    RecordingEntry(long row, NewCommission commission) {
        this.row = row;
        this.commission = commission;
        this.request = RecordingSql.request(commission);
        this.texts = COLUMNS.stream()
                .map(column -> Objects.toString(column.apply(commission), null))
                .toArray(String[]::new);
    }

    NewCommission commission() {
        return commission;
    }

    String key() {
        return request.key();
    }

    byte[] hash() {
        return request.hash();
    }

    /** The value of a column as text. */
    @Nullable
    String text(int column) {
        return texts[column];
    }

    boolean sameContentAs(byte[] hash) {
        return Arrays.equals(request.hash(), hash);
    }

    /** A repeated batch begins without outcomes. */
    void reset() {
        outcome = null;
    }

    void recorded(UUID eventId) {
        outcome = new Done<>(row, key(), new Outcome<>(eventId, false));
    }

    void replayed(UUID eventId) {
        outcome = new Done<>(row, key(), new Outcome<>(eventId, true));
    }

    void refused(PartnerException reason) {
        outcome = new Refused<>(row, Optional.of(key()), reason);
    }

    boolean hasOutcome() {
        return outcome != null;
    }

    @Nullable
    RowOutcome<Outcome<UUID>> outcome() {
        return outcome;
    }

    /**
     * A later row with the key of a row whose outcome is known. If that row was refused, other content is recorded by
     * itself.
     */
    void follow(RecordingEntry first) {
        boolean same = sameContentAs(first.hash());
        if (first.outcome instanceof Done<Outcome<UUID>> done) {
            if (same) {
                replayed(done.result().value());
            } else {
                refused(new PartnerException.IdempotencyConflict(key(), first.request.operation()));
            }
        } else if (same && first.outcome instanceof Refused<Outcome<UUID>> refused) {
            refused(refused.reason());
        }
    }
}
