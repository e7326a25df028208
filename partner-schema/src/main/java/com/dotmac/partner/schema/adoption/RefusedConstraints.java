package com.dotmac.partner.schema.adoption;

import java.util.Map;
import java.util.Set;

/** What a constraint that rows would break means to the reader, and what to do about it. */
final class RefusedConstraints {

    private static final String DIGITS = "with more decimal digits than their currency: correct it first";
    private static final String FRACTION =
            "that is no fraction from 0 to 1: twelve and a half percent is 0.125; correct them first";

    /** Of a row whose partner is not there, or is of another tenant, these constraints say nothing new. */
    private static final Set<String> FOLLOW_FROM_PARTNER = Set.of(
            "commission_event_payout_matches",
            "commission_event_paid_is_in_payout",
            "commission_event_is_paid_with_its_time");

    /** Of a row in a currency that nobody knows, these constraints say nothing new. */
    private static final Set<String> FOLLOW_FROM_CURRENCY = Set.of(
            "commission_event_amount_fits_currency",
            "commission_event_base_fits_currency",
            "payout_total_fits_currency",
            "payout_minimum_fits_currency",
            "commission_rule_currency_is_known");

    private static final Map<String, String> SENTENCES = Map.ofEntries(
            Map.entry(
                    "partner_number_is_unique",
                    "rows of partners have a partner_number that another partner of their tenant has too: give each its own first"),
            Map.entry(
                    "partner_default_rate_is_fraction", "rows of partners have a default_commission_rate " + FRACTION),
            Map.entry(
                    "partner_account_rate_is_fraction",
                    "rows of partner_accounts have a custom_commission_rate " + FRACTION),
            Map.entry(
                    "commission_event_rate_is_fraction",
                    "rows of partner_commission_events have a commission_rate " + FRACTION),
            Map.entry(
                    "commission_event_amount_fits_currency",
                    "rows of partner_commission_events have a commission_amount " + DIGITS),
            Map.entry(
                    "commission_event_base_fits_currency",
                    "rows of partner_commission_events have a base_amount " + DIGITS),
            Map.entry("payout_total_fits_currency", "rows of partner_payouts have a total_amount " + DIGITS),
            Map.entry(
                    "partner_account_periods_do_not_overlap",
                    "rows of partner_accounts assign a customer to a partner to whom it is assigned at that time: end or delete all but one first"),
            Map.entry(
                    "partner_account_period_is_ordered",
                    "rows of partner_accounts end before they start: correct their times first"),
            Map.entry(
                    "payout_period_is_ordered",
                    "rows of partner_payouts have a period that ends before it starts: correct it first"),
            Map.entry(
                    "partner_user_email_is_unique",
                    "rows of partner_users have an email that another user of their partner has too: correct or delete all but one first"),
            Map.entry(
                    "partner_users_one_primary_contact",
                    "rows of partner_users are primary contacts of a partner that has several: choose one first"),
            Map.entry(
                    "partner_user_primary_contact_is_active",
                    "rows of partner_users are primary contacts but not active: choose another first"),
            Map.entry(
                    "partner_metadata_is_object",
                    "rows of partners have metadata that is no JSON object: correct it first"),
            Map.entry(
                    "commission_event_date_is_finite",
                    "rows of partner_commission_events have an infinite event_date: correct it first"));

    private RefusedConstraints() {}

    static boolean followsFromCurrency(ConstraintQuestions.Broken broken) {
        return FOLLOW_FROM_CURRENCY.contains(broken.constraint());
    }

    static boolean followsFromPartner(ConstraintQuestions.Broken broken) {
        return FOLLOW_FROM_PARTNER.contains(broken.constraint())
                || broken.constraint().endsWith("_belongs_to_partner")
                || broken.constraint().equals("not null") && broken.columns().equals("tenant_id");
    }

    static String sentence(ConstraintQuestions.Broken broken) {
        String rows = "rows of " + broken.table();
        if (broken.constraint().equals("not null")) {
            return rows + " have no " + broken.columns() + ": set it first";
        }
        if (broken.isOfAType()) {
            return rows + " have a " + broken.columns() + " that does not fit " + broken.constraint()
                    + ": correct it first";
        }
        return SENTENCES.getOrDefault(
                broken.constraint(),
                rows + " would break the constraint " + broken.constraint() + " of " + broken.columns()
                        + ": correct them first");
    }
}
