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
                new Pinned(
                        "a refund in full",
                        RefundSql.content(NewRefund.inFull("k", "sale", "returned")),
                        "34fd2b887603e4e29856347c81fe013661de19c25074791def1e270f9d4ed849"),
                new Pinned(
                        "a refund of an amount",
                        RefundSql.content(NewRefund.ofAmount("k", "sale", TEN, "returned")),
                        "baec9f5e6d55d3ebbbe935babb19e50003c10102db7be57f47c94273294e680e"),
                new Pinned(
                        "a refund of at most what is left",
                        RefundSql.content(
                                NewRefund.ofAmount("k", "sale", TEN, "returned").atMostWhatIsLeft()),
                        "cf65286f9ec6fd04713c68db8eb550882a6b2433cceebf582eaa54bccc0970aa"),
                new Pinned(
                        "a refund of lines",
                        RefundSql.content(NewRefund.ofLines("k", "sale", lines, "Zo\u00eb returned it")),
                        "e04134b88553d950db751de9960fc2befd2c94e52adf16bb6f654918c5151c10"),
                new Pinned(
                        "an undone refund",
                        RefundSql.undoing("refund", "the dispute was won"),
                        "1fb154cc9cc9c5b42b79dbf92091aa406afd9da8f5fa0b5afc4f49c43bf9c30f"));
    }

    private static Stream<Pinned> restatements() {
        SaleQuery query = SaleQuery.all()
                .ofCustomer(CUSTOMER)
                .ofInvoice(INVOICE)
                .ofPartner(PARTNER)
                .inCurrency(TEN.currency())
                .between(FEBRUARY, MARCH)
                .earnedNothing();
        RuleRevision revision =
                new RuleRevision(CommissionTerms.revenueShare("0.25"), CommissionCaps.NONE.perEvent(TEN), 30, FEBRUARY);
        return Stream.of(
                new Pinned(
                        "a restatement of all sales",
                        RestatementRequests.byQuery(SaleQuery.all(), "assigned late"),
                        "cf889f10a19808d18d8aedf849d6880de6d979cf58acf05d2e19391f0711d3c2"),
                new Pinned(
                        "a restatement with every condition",
                        RestatementRequests.byQuery(query, "assigned late"),
                        "abf3274c2288f3a1c358f9436cf4b4fa2af1352752a057b167b8f1baac13d63f"),
                new Pinned(
                        "a restatement of sales by their keys",
                        RestatementRequests.byKeys(List.of("sale:2", "sale:1"), "the wrong partner"),
                        "3823c379260bd35b7d8173596885137eefbbd3a59d44d86dba73c4b8bcf6d325"),
                new Pinned(
                        "an assignment that ends before what it earned",
                        RestatementRequests.end(ACCOUNT, FEBRUARY, "the wrong partner"),
                        "9223c7b5199aaf3899d44a115a8582145caccc726bd7e8f33c7b274f33c9f4bb"),
                new Pinned(
                        "a rule revised backwards",
                        RestatementRequests.revision(RULE, revision, "the wrong rate"),
                        "21b039f140630b5a76f8a58331ab863dc2f178bf493e28ae2a921129c1b8bf8b"),
                new Pinned(
                        "a rule retired backwards",
                        RestatementRequests.retirement(RULE, FEBRUARY, "ended in January"),
                        "652d11191ef280babaf18d28c6eb0781aa8dcdc8fe6e5da118d6435e0aeec5a8"));
    }
}
