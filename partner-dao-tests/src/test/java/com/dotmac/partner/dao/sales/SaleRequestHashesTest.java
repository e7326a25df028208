package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.internal.PinnedHashes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The requests of {@link SaleDao}. */
public class SaleRequestHashesTest extends PinnedHashes {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID INVOICE = UUID.fromString("01890000-0000-7000-8000-000000000003");
    private static final UUID RULE = UUID.fromString("01890000-0000-7000-8000-000000000005");
    private static final UUID ACCOUNT = UUID.fromString("01890000-0000-7000-8000-000000000006");
    private static final Money TEN = Money.of("10", "USD");

    static Stream<Pinned> pinned() {
        return Stream.concat(refunds(), restatements());
    }

    private static Stream<Pinned> refunds() {
        List<RefundLine> lines = List.of(RefundLine.of(2, TEN), RefundLine.of(1, Money.of("0.00", "USD")));
        return Stream.of(
                new Pinned("a refund in full", RefundSql.content(NewRefund.inFull("k", "sale", "returned")), "H0"),
                new Pinned(
                        "a refund of an amount",
                        RefundSql.content(NewRefund.ofAmount("k", "sale", TEN, "returned")),
                        "H1"),
                new Pinned(
                        "a refund of at most what is left",
                        RefundSql.content(NewRefund.ofAmount("k", "sale", TEN, "returned")
                                .atMostWhatIsLeft()),
                        "H2"),
                new Pinned(
                        "a refund of lines",
                        RefundSql.content(NewRefund.ofLines("k", "sale", lines, "Zo\u00eb returned it")),
                        "H3"),
                new Pinned("an undone refund", RefundSql.undoing("refund", "the dispute was won"), "H4"));
    }

    private static Stream<Pinned> restatements() {
        SaleQuery query = SaleQuery.all()
                .ofCustomer(CUSTOMER)
                .ofInvoice(INVOICE)
                .ofPartner(PARTNER)
                .inCurrency(TEN.currency())
                .between(FEBRUARY, MARCH)
                .earnedNothing();
        RuleRevision revision = new RuleRevision(
                CommissionTerms.revenueShare("0.25"), CommissionCaps.NONE.perEvent(TEN), 30, FEBRUARY);
        return Stream.of(
                new Pinned(
                        "a restatement of all sales",
                        RestatementRequests.byQuery(SaleQuery.all(), "assigned late"),
                        "H5"),
                new Pinned(
                        "a restatement with every condition",
                        RestatementRequests.byQuery(query, "assigned late"),
                        "H6"),
                new Pinned(
                        "a restatement of sales by their keys",
                        RestatementRequests.byKeys(List.of("sale:2", "sale:1"), "the wrong partner"),
                        "H7"),
                new Pinned(
                        "an assignment that ends before what it earned",
                        RestatementRequests.end(ACCOUNT, FEBRUARY, "the wrong partner"),
                        "H8"),
                new Pinned(
                        "a rule revised backwards",
                        RestatementRequests.revision(RULE, revision, "the wrong rate"),
                        "H9"),
                new Pinned(
                        "a rule retired backwards",
                        RestatementRequests.retirement(RULE, FEBRUARY, "ended in January"),
                        "HX"));
    }
}
