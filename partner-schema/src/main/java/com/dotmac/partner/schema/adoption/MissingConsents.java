package com.dotmac.partner.schema.adoption;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the caller would have to consent to. */
final class MissingConsents {

    private MissingConsents() {}

    /** One sentence for each consent that some rows need and the caller has not given. */
    static List<String> of(List<AdoptionFinding> findings, Set<AdoptionConsent> consents) {
        Map<AdoptionConsent, Long> counts = new EnumMap<>(AdoptionConsent.class);
        findings.forEach(
                finding -> finding.kind().consent().ifPresent(consent -> counts.merge(consent, 1L, Long::sum)));
        counts.keySet().removeAll(consents);
        return counts.entrySet().stream()
                .map(entry -> entry.getValue()
                        + switch (entry.getKey()) {
                            case CLEAR_ORPHANS ->
                                " links point to rows that do not exist; correct them, or set them to null with ";
                            case UNDO_FORBIDDEN_LINKS ->
                                " events are linked to payouts that must not hold them; correct them, or undo the links with ";
                            case ACCEPT_PAID_WITHOUT_PAYOUT ->
                                " events are paid but in no payout; correct them, or put them into completed payouts without"
                                        + " evidence of payment with ";
                            case RECALCULATE_TOTALS ->
                                " totals or counts of payouts are not those of their events; correct them, or replace them with ";
                            case CANCEL_EMPTY_PAYOUTS ->
                                " payouts are closed but there is nothing to pay, or events are linked to such payouts; correct"
                                        + " them, or cancel the payouts with ";
                            case KEEP_ONE_OPEN_PAYOUT ->
                                " payouts are open though their partner has another open one in their currency, or events are"
                                        + " linked to such payouts; correct them, or cancel all but one with ";
                            case REOPEN_PAID_BELOW_ZERO ->
                                " events are paid but in no payout, and add up to zero or less for their partner and currency;"
                                        + " correct them, or approve them again with ";
                            case ACCOUNT_FOR_PAYMENTS ->
                                " payouts are paid though their events add up to less; correct them, or account for the rest"
                                        + " by an event each with ";
                            case SET_RULES_ASIDE ->
                                " rows of partner_commissions have no model and currency, which rules need here: define them"
                                        + " again after the adoption, and leave these behind with ";
                        }
                        + entry.getKey().option())
                .toList();
    }
}
