package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.PinnedHashes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The requests of {@link CommissionDao}. */
public class CommissionRequestHashesTest extends PinnedHashes {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID INVOICE = UUID.fromString("01890000-0000-7000-8000-000000000003");
    private static final UUID EVENT = UUID.fromString("01890000-0000-7000-8000-000000000004");
    private static final Money TEN = Money.of("10", "USD");
    private static final Money HUNDRED = Money.of("100.00", "USD");

    private static final List<SaleLine> LINES = List.of(
            new SaleLine("seat", Money.of("120.5", "USD")),
            new SaleLine(null, Money.of("20", "USD")),
            new SaleLine("desk", Money.of("-30.5", "USD")));

    public static final Sale SALE = new Sale("k", CUSTOMER, null, HUNDRED, JANUARY);
    public static final NewCommission COMMISSION = NewCommission.on("k", PARTNER, HUNDRED, TEN, JANUARY);

    public static Stream<Pinned> accruals() {
        return Stream.of(
                new Pinned(
                        "a sale",
                        AccrualSql.content(SALE),
                        "fe58bcc5e4879ac005876fc083949f065aea96ae33aaf5ad51dfba4dc18ef1dc"),
                new Pinned(
                        "a sale of an invoice in lines",
                        AccrualSql.content(new Sale("k", CUSTOMER, INVOICE, Money.of("110", "USD"), JANUARY, LINES)),
                        "f5e7e1cdec5d1c769673a3fb92ac26b6ea43d66db7934e925a57be696b42485e"),
                new Pinned(
                        "a sale of an invoice in lines with a discount",
                        AccrualSql.content(new Sale("k", CUSTOMER, INVOICE, HUNDRED, JANUARY, LINES, TEN)),
                        "770f7f2473208b7f721546c6ae8c3ce5579dbeee040225117eae9b41a1057ba1"));
    }

    public static Stream<Pinned> recordings() {
        return Stream.of(
                new Pinned(
                        "a manual commission",
                        RecordingSql.content(COMMISSION),
                        "f11b162117769ba7e6abc29be8fffc4ab921bb0079b3840583e5ce53818b7ee1"),
                new Pinned(
                        "a manual commission with all that it can have",
                        RecordingSql.content(COMMISSION
                                .ofInvoice(CUSTOMER, INVOICE)
                                .heldUntil(FEBRUARY)
                                .because("a bonus for Zo\u00eb")),
                        "8c02e8ad39d1abbb18ccec2a9e7dfafb2894c613b40e01420d73ac845f482a1b"),
                new Pinned(
                        "a clawback",
                        ClawbackSql.content(EVENT, TEN, ClawbackSql.Excess.REFUSED, "returned goods"),
                        "dcbabf6c70ffaa9e7df21a3a36b2f456d477c4e23e7a77308366a4b2138c782a"),
                new Pinned(
                        "a clawback of at most what is left",
                        ClawbackSql.content(EVENT, TEN, ClawbackSql.Excess.LEFT_OUT, "returned goods"),
                        "e405dfb3978dbf6fa72e05e5d9e0101871afbf588bb2f088964b1005a26057a2"),
                new Pinned(
                        "an undone clawback",
                        ClawbackSql.undoing(EVENT, "the dispute was won"),
                        "8528796a1f2ed8dd8531cfae6133ee6f8f55b7801373075ad2e0fb3adb285463"));
    }

    static Stream<Pinned> pinned() {
        return Stream.concat(accruals(), recordings());
    }
}
