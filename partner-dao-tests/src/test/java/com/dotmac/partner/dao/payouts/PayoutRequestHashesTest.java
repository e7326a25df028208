package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.PinnedHashes;
import java.util.Currency;
import java.util.UUID;
import java.util.stream.Stream;

/** The requests of {@link PayoutDao}. */
public class PayoutRequestHashesTest extends PinnedHashes {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID PAYOUT = UUID.fromString("01890000-0000-7000-8000-000000000006");

    static Stream<Pinned> pinned() {
        return Stream.of(
                new Pinned(
                        "a closing of all payouts",
                        ClosingSql.content(FEBRUARY),
                        "c56ec2aa64c613bcf98b113fbecbb1bb96ee3fa1c3f7679f49edf0d7746ff4f5"),
                new Pinned(
                        "a closing of one payout",
                        ClosingSql.content(FEBRUARY, PARTNER, Currency.getInstance("USD")),
                        "6141e92f282dd76dafb3d6b6772326641119e30fbe947faa2e3dd553ebbda838"),
                new Pinned(
                        "a returned payment",
                        ReturnSql.content(PAYOUT, "account closed"),
                        "0c3eb9b23eb6b9b2114dda1d845c98c5b73e35e9df0a1bbcade9205cb31ef647"),
                new Pinned(
                        "a returned payment that is undone",
                        ReturnSql.undoing(PAYOUT, "paid after all"),
                        "18b0687344f41b5967f82f32490ae18d66d78f13ac4079fadfc78eef47a154f5"),
                new Pinned(
                        "a payment that an attempt does not say",
                        PaymentSql.content(PAYOUT, "bank-1", Money.of("10", "USD"), "found in the file"),
                        "95959b2971d3c08312c0875846615ceb6e632426147e481cf4c18d30a90b59ff"));
    }
}
