package com.dotmac.partner.testkit.bank;

import com.dotmac.partner.dao.payouts.PayoutDao;

/** The part of a service that pays: it claims payouts, calls the bank, and records what the bank says. */
@FunctionalInterface
public interface PaymentAdapter {

    /**
     * One round of a worker: claim and pay what is ready, ask the bank about attempts whose outcome is unknown, and record payments
     * that the bank sent back.
     *
     * @param payouts of one tenant
     * @param bank in the place of the client of the real bank
     * @throws Exception as the adapter likes; the next round begins anew
     */
    void round(PayoutDao payouts, BankInABox bank) throws Exception;
}
