package com.dotmac.partner.schema;

import static com.dotmac.partner.schema.ConstraintCase.check;
import static com.dotmac.partner.schema.ConstraintCase.exclusion;
import static com.dotmac.partner.schema.ConstraintCase.reference;
import static com.dotmac.partner.schema.ConstraintCase.unique;

import java.util.List;

/** Against the rows of {@link BaseRows}: one statement for each constraint of the tables around the money. */
final class ConstraintCases {

    private static final String NORTHWIND = " where partner_number = 'P-1' and tenant_id = 'acme'";

    static final List<ConstraintCase> REQUESTS = List.of(
            unique(
                    "partner_idempotency_keys_pkey",
                    "update partner_idempotency_keys set idempotency_key = 'contoso' where idempotency_key = 'northwind'"),
            check("idempotency_key_has_tenant", "update partner_idempotency_keys set tenant_id = ' '"),
            check("idempotency_key_is_not_blank", "update partner_idempotency_keys set idempotency_key = ' '"),
            check("idempotency_request_hash_is_sha256", "update partner_idempotency_keys set request_hash = 'short'"));

    static final List<ConstraintCase> PARTNERS = List.of(
            unique("partners_pkey", "update partners set id = md5('contoso')::uuid" + NORTHWIND),
            unique("partner_number_is_unique", "update partners set partner_number = 'P-2'" + NORTHWIND),
            unique("partner_registered_once", "update partners set idempotency_key = 'contoso'" + NORTHWIND),
            reference(
                    "partner_registered_by_request", "update partners set idempotency_key = 'never asked'" + NORTHWIND),
            check("partner_has_tenant", "update partners set tenant_id = ' '" + NORTHWIND),
            check("partner_number_is_not_blank", "update partners set partner_number = ' '" + NORTHWIND),
            check("partner_company_name_is_not_blank", "update partners set company_name = ' '" + NORTHWIND),
            check("partner_default_rate_is_fraction", "update partners set default_commission_rate = 1.5" + NORTHWIND),
            check("partner_hold_days_are_in_range", "update partners set commission_hold_days = -1" + NORTHWIND),
            check("partner_hold_days_are_in_range", "update partners set commission_hold_days = 3651" + NORTHWIND),
            check("partner_metadata_is_object", "update partners set metadata = '[]'" + NORTHWIND));

    static final List<ConstraintCase> PAYOUT_HOLD_CHANGES = List.of(
            unique("partner_payout_hold_changes_pkey", "update partner_payout_hold_changes set id = md5('same')::uuid"),
            reference(
                    "payout_hold_change_of_partner",
                    "update partner_payout_hold_changes set partner_id = md5('fabrikam')::uuid"),
            check(
                    "payout_hold_change_changes_something",
                    "update partner_payout_hold_changes set from_hold = null, to_hold = null"));

    static final List<ConstraintCase> PAYOUT_MINIMUMS = List.of(
            unique(
                    "partner_payout_minimums_pkey",
                    "update partner_payout_minimums set currency = 'EUR' where currency = 'USD'"),
            reference(
                    "payout_minimum_belongs_to_partner",
                    "update partner_payout_minimums set partner_id = md5('fabrikam')::uuid"),
            check("payout_minimum_is_not_negative", "update partner_payout_minimums set minimum_amount = -1"),
            check("payout_minimum_fits_currency", "update partner_payout_minimums set minimum_amount = 1.001"),
            check("payout_minimum_fits_currency", "update partner_payout_minimums set minimum_amount = 'NaN'"));

    static final List<ConstraintCase> USERS = List.of(
            unique("partner_users_pkey", "update partner_users set id = md5('ben')::uuid where email = 'ann'"),
            reference(
                    "partner_user_belongs_to_partner",
                    "update partner_users set partner_id = md5('fabrikam')::uuid where email = 'ann'"),
            unique("partner_user_added_once", "update partner_users set idempotency_key = 'ben' where email = 'ann'"),
            reference(
                    "partner_user_added_by_request",
                    "update partner_users set idempotency_key = 'never asked' where email = 'ann'"),
            unique("partner_user_email_is_unique", "update partner_users set email = 'ben' where email = 'ann'"),
            check("partner_user_email_is_not_blank", "update partner_users set email = ' ' where email = 'ann'"),
            check(
                    "partner_user_primary_contact_is_active",
                    "update partner_users set is_active = false where email = 'ann'"),
            unique(
                    "partner_users_one_primary_contact",
                    "update partner_users set is_primary_contact = true where email = 'ben'"),
            reference("partner_user_is_a_host_user", "update partner_users set user_id = md5('nobody')::uuid"));

    static final List<ConstraintCase> ACCOUNTS = List.of(
            unique(
                    "partner_accounts_pkey",
                    "update partner_accounts set id = md5('account')::uuid where idempotency_key = 'account-2'"),
            unique(
                            "partner_account_of_partner",
                            "update partner_accounts set id = md5('account')::uuid where idempotency_key = 'account-2'")
                    .without("partner_accounts_pkey"),
            unique(
                    "partner_account_assigned_once",
                    "update partner_accounts set idempotency_key = 'account' where idempotency_key = 'account-2'"),
            reference(
                    "partner_account_assigned_by_request",
                    "update partner_accounts set idempotency_key = 'never asked' where idempotency_key = 'account'"),
            reference(
                    "partner_account_belongs_to_partner",
                    "update partner_accounts set partner_id = md5('fabrikam')::uuid where idempotency_key = 'account-2'"),
            check("partner_account_rate_is_fraction", "update partner_accounts set custom_commission_rate = 1.5"),
            check(
                    "partner_account_period_is_ordered",
                    "update partner_accounts set ends_at = starts_at - interval '1 second'"),
            check("partner_account_end_is_decided_by_somebody", "update partner_accounts set end_reason = 'because'"),
            check(
                    "partner_account_end_is_decided_by_somebody",
                    "update partner_accounts set end_decided_at = now(), end_decided_by = 'user:1'"),
            check(
                    "partner_account_end_is_decided_by_somebody",
                    "update partner_accounts set ends_at = null, end_reason = 'because', end_decided_at = now(),"
                            + " end_decided_by = 'user:1'"),
            exclusion(
                    "partner_account_periods_do_not_overlap",
                    "update partner_accounts set ends_at = '2026-06-01Z' where idempotency_key = 'account-2'"),
            reference(
                    "partner_account_is_of_a_host_customer",
                    "update partner_accounts set customer_id = md5('nobody')::uuid where idempotency_key = 'account'"));

    static final List<ConstraintCase> RULES = List.of(
            unique("partner_commissions_pkey", rule("share", "id = md5('hybrid')::uuid")),
            unique(
                    "commission_rule_version_is_unique",
                    rule("share", "version = 1, partner_id = md5('contoso')::uuid")),
            unique("commission_rule_version_of_partner", rule("share", "version = 1"))
                    .without("commission_rule_version_is_unique"),
            unique("commission_rule_written_once", rule("share", "idempotency_key = 'hybrid'")),
            reference("commission_rule_written_by_request", rule("share", "idempotency_key = 'nobody'")),
            reference("commission_rule_belongs_to_partner", rule("hybrid", "partner_id = md5('fabrikam')::uuid")),
            check("commission_rule_product_is_not_blank", rule("share", "product_id = ''")),
            check("commission_rule_product_is_not_blank", rule("share", "product_id = ' '")),
            check("commission_rule_version_is_positive", rule("share", "version = 0")),
            check("commission_rule_currency_is_known", rule("share", "currency = 'XXX'")),
            check("commission_rule_rate_is_fraction", rule("share", "rate = 1.5")),
            check("commission_rule_rate_is_fraction", rule("share", "rate = 'NaN'")),
            check("commission_rule_fee_is_not_negative", rule("hybrid", "flat_fee = -1")),
            check("commission_rule_fee_fits_currency", rule("hybrid", "flat_fee = 1.001")),
            check("commission_rule_fee_fits_currency", rule("hybrid", "flat_fee = 'NaN'")),
            check("commission_rule_rate_fits_model", rule("share", "rate = null")),
            check("commission_rule_fee_fits_model", rule("hybrid", "flat_fee = null")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{1,100}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{0,0}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{0,null}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{0,NaN}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{0}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '{}', tier_rates = '{}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_minimums = '[2:3]={1,100}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_rates = '{0.1,1.5}'")),
            check("commission_rule_tiers_are_ordered", rule("tiered", "tier_rates = '{0.1,null}'")),
            check("commission_rule_tiers_fit_model", rule("tiered", "tier_minimums = null, tier_rates = null")),
            check("commission_rule_tiers_fit_model", rule("tiered", "tier_mode = null")),
            check("commission_rule_tiers_fit_model", rule("tiered", "tier_period = null")),
            check("commission_rule_event_cap_is_positive", rule("share", "event_cap = 0")),
            check("commission_rule_event_cap_fits_currency", rule("share", "event_cap = 1.001")),
            check("commission_rule_period_cap_is_positive", rule("share", "period_cap = 0, cap_period = 'month'")),
            check(
                    "commission_rule_period_cap_fits_currency",
                    rule("share", "period_cap = 'NaN', cap_period = 'month'")),
            check("commission_rule_period_cap_has_period", rule("share", "period_cap = 10")),
            check("commission_rule_hold_days_are_in_range", rule("share", "hold_days = 3651")),
            check(
                    "commission_rule_period_is_ordered",
                    rule("share", "effective_to = effective_from - interval '1 second'")),
            exclusion("commission_rules_do_not_overlap", rule("hybrid", "effective_to = null")));

    private static String rule(String name, String change) {
        return "update partner_commissions set " + change + " where id = md5('" + name + "')::uuid";
    }

    private ConstraintCases() {}
}
