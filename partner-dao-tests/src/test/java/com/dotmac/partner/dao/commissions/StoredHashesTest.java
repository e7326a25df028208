package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The hash that a call leaves in the database is the one of {@link CommissionRequestHashesTest}. */
@ExtendWith(PartnerDatabaseExtension.class)
class StoredHashesTest {

    private final Programme programme;

    StoredHashesTest(PartnerDatabase database) {
        programme = new Programme(database);
    }

    @Test
    void a_sale_is_accrued_under_the_pinned_hash_alone_and_among_many() {
        Sale sale = CommissionRequestHashesTest.SALE;
        String pinned =
                CommissionRequestHashesTest.accruals().findFirst().orElseThrow().sha256();
        programme.sql.execute("insert into customers values (?)", sale.customerId());

        programme.acme.commissions().accrue(sale);
        programme
                .other
                .commissions()
                .accrueAll(
                        Stream.of(sale, new Sale("k-2", sale.customerId(), null, Money.of("1", "USD"), JANUARY)),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {});

        assertThat(stored("k")).isEqualTo(Map.of("acme", pinned, "other", pinned));
    }

    @Test
    void a_commission_is_recorded_under_the_pinned_hash_alone_and_among_many() {
        NewCommission commission = CommissionRequestHashesTest.COMMISSION;
        UUID partner = commission.partnerId();
        partnerOf(partner);

        programme.acme.commissions().record(commission);
        programme
                .acme
                .commissions()
                .recordAll(
                        Stream.of("k-2", "k-3")
                                .map(key -> NewCommission.on(
                                        key, partner, commission.base(), commission.amount(), commission.earnedAt())),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {});

        String pinned = CommissionRequestHashesTest.recordings()
                .findFirst()
                .orElseThrow()
                .sha256();
        assertThat(Stream.of("k", "k-2", "k-3").map(this::stored)).containsOnly(Map.of("acme", pinned));
        assertThat(programme.acme.commissions().record(commission).replayed()).isTrue();
    }

    /** A partner with an id of the test's choosing: the library lets the database choose. */
    private void partnerOf(UUID id) {
        programme.sql.execute("alter table partners alter column id set default '" + id + "'::uuid");
        assertThat(programme.activePartner("0.1").id()).isEqualTo(id);
    }

    private Map<String, String> stored(String key) {
        return programme
                .sql
                .resultQuery(
                        "select tenant_id, request_hash from partner_idempotency_keys where idempotency_key = ?", key)
                .fetchMap(row -> row.get("tenant_id", String.class), row -> HexFormat.of()
                        .formatHex(row.get("request_hash", byte[].class)));
    }
}
