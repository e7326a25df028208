-- The functions on which every money column and every key below builds.
set local lock_timeout = '${lock_timeout}';

-- Exclusion constraints need it to compare ids and time ranges together. It is a trusted extension since PostgreSQL 13,
-- so the owner of the database may create it. The host may use it too, so no undo script drops it.
create extension if not exists btree_gist;

-- jsonb rather than `case`: a code is found by binary search, which a check on every inserted row can afford. Source: ISO 4217: active codes first, then those of the past (list three), both only
-- if they have a minor unit and the JDK knows them too, so that Java can read every stored amount. The list leaves out XXX, XTS, metals, funds and units of account.
--
-- In PL/pgSQL, which PostgreSQL does not inline: it would read the whole literal again for each statement that inserts
-- an amount, which costs more than the insert. PL/pgSQL keeps it for the session.
create function partner_currency_minor_unit(currency char(3)) returns smallint
    language plpgsql immutable parallel safe
as $$
begin
    return ('{
    "AED": 2, "AFN": 2, "ALL": 2, "AMD": 2, "AOA": 2, "ARS": 2, "AUD": 2, "AWG": 2, "AZN": 2, "BAM": 2, "BBD": 2,
    "BDT": 2, "BHD": 3, "BIF": 0, "BMD": 2, "BND": 2, "BOB": 2, "BRL": 2, "BSD": 2, "BTN": 2, "BWP": 2, "BYN": 2,
    "BZD": 2, "CAD": 2, "CDF": 2, "CHF": 2, "CLP": 0, "CNY": 2, "COP": 2, "CRC": 2, "CUP": 2, "CVE": 2,
    "CZK": 2, "DJF": 0, "DKK": 2, "DOP": 2, "DZD": 2, "EGP": 2, "ERN": 2, "ETB": 2, "EUR": 2, "FJD": 2, "FKP": 2,
    "GBP": 2, "GEL": 2, "GHS": 2, "GIP": 2, "GMD": 2, "GNF": 0, "GTQ": 2, "GYD": 2, "HKD": 2, "HNL": 2, "HTG": 2,
    "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "IQD": 3, "IRR": 2, "ISK": 0, "JMD": 2, "JOD": 3, "JPY": 0, "KES": 2,
    "KGS": 2, "KHR": 2, "KMF": 0, "KPW": 2, "KRW": 0, "KWD": 3, "KYD": 2, "KZT": 2, "LAK": 2, "LBP": 2, "LKR": 2,
    "LRD": 2, "LSL": 2, "LYD": 3, "MAD": 2, "MDL": 2, "MGA": 2, "MKD": 2, "MMK": 2, "MNT": 2, "MOP": 2, "MRU": 2,
    "MUR": 2, "MVR": 2, "MWK": 2, "MXN": 2, "MYR": 2, "MZN": 2, "NAD": 2, "NGN": 2, "NIO": 2, "NOK": 2, "NPR": 2,
    "NZD": 2, "OMR": 3, "PAB": 2, "PEN": 2, "PGK": 2, "PHP": 2, "PKR": 2, "PLN": 2, "PYG": 0, "QAR": 2, "RON": 2,
    "RSD": 2, "RUB": 2, "RWF": 0, "SAR": 2, "SBD": 2, "SCR": 2, "SDG": 2, "SEK": 2, "SGD": 2, "SHP": 2, "SLE": 2,
    "SOS": 2, "SRD": 2, "SSP": 2, "STN": 2, "SVC": 2, "SYP": 2, "SZL": 2, "THB": 2, "TJS": 2, "TMT": 2, "TND": 3,
    "TOP": 2, "TRY": 2, "TTD": 2, "TWD": 2, "TZS": 2, "UAH": 2, "UGX": 0, "USD": 2, "UYU": 2, "UZS": 2,
    "VED": 2, "VES": 2, "VND": 0, "VUV": 0, "WST": 2, "XAF": 0, "XCD": 2, "XCG": 2, "XOF": 0, "XPF": 0, "YER": 2,
    "ZAR": 2, "ZMW": 2, "ZWG": 2,

    "ADP": 0, "AFA": 2, "ANG": 2, "ATS": 2, "AYM": 2, "AZM": 2, "BEF": 0, "BGL": 2, "BGN": 2, "BYB": 0, "BYR": 0,
    "CSD": 2, "CUC": 2, "CYP": 2, "DEM": 2, "EEK": 2, "ESP": 0, "FIM": 2, "FRF": 2, "GHC": 2, "GRD": 0, "GWP": 2,
    "HRK": 2, "IEP": 2, "ITL": 0, "LTL": 2, "LUF": 0, "LVL": 2, "MGF": 0, "MRO": 2, "MTL": 2, "MZM": 2, "NLG": 2,
    "PTE": 0, "ROL": 0, "RUR": 2, "SDD": 2, "SIT": 2, "SKK": 2, "SLL": 2, "SRG": 2, "STD": 2, "TMM": 2, "TPE": 0,
    "TRL": 0, "VEB": 2, "VEF": 2, "YUM": 2, "ZMK": 2, "ZWD": 2, "ZWL": 2, "ZWN": 2, "ZWR": 2}'::jsonb ->> currency::text)::smallint;
end
$$;

comment on function partner_currency_minor_unit(char) is
    'Number of decimal digits of the currency''s minor unit (ISO 4217): JPY 0, USD 2, KWD 3; null for a code that was never a currency to pay in.';

-- The day on which ISO 4217 withdrew the code or, where banks moved to the successor before, the day from which they
-- transferred the successor only: what counts is whether a payout can arrive.
create function partner_currency_retired_at(currency char(3)) returns timestamptz
    language plpgsql immutable parallel safe
as $$
begin
    return (('{
    "ADP": "2002-01-01", "AFA": "2003-01-01", "ANG": "2025-03-31", "ATS": "2002-01-01", "AYM": "2006-01-01", "AZM": "2006-01-01",
    "BEF": "2002-01-01", "BGL": "2003-11-01", "BGN": "2026-01-01", "BYB": "2001-01-01", "BYR": "2017-01-01", "CSD": "2006-10-25",
    "CUC": "2021-01-01", "CYP": "2008-01-01", "DEM": "2002-01-01", "EEK": "2011-01-01", "ESP": "2002-01-01", "FIM": "2002-01-01",
    "FRF": "2002-01-01", "GHC": "2008-01-01", "GRD": "2002-01-01", "GWP": "1997-05-02", "HRK": "2023-01-01", "IEP": "2002-01-01",
    "ITL": "2002-01-01", "LTL": "2015-01-01", "LUF": "2002-01-01", "LVL": "2014-01-01", "MGF": "2005-01-01", "MRO": "2018-07-01",
    "MTL": "2008-01-01", "MZM": "2006-07-01", "NLG": "2002-01-01", "PTE": "2002-01-01", "ROL": "2005-07-01", "RUR": "2004-01-01",
    "SDD": "2007-07-01", "SIT": "2007-01-01", "SKK": "2009-01-01", "SLL": "2024-01-01", "SRG": "2004-01-01", "STD": "2018-07-01",
    "TMM": "2009-01-01", "TPE": "2002-11-01", "TRL": "2006-01-01", "VEB": "2008-01-01", "VEF": "2018-08-20", "YUM": "2003-07-03",
    "ZMK": "2013-01-01", "ZWD": "2008-08-01", "ZWL": "2024-09-01", "ZWN": "2006-09-01", "ZWR": "2009-06-01"}'::jsonb ->> currency::text) || 'T00:00:00Z')::timestamptz;
end
$$;
comment on function partner_currency_retired_at(char) is
    'The instant from which nobody is paid in the currency any more, because another one replaced it; null for a currency of today. Amounts in it can be stored at any time.';

create function partner_money_fits(amount numeric, currency char(3)) returns boolean
    language sql immutable parallel safe
return coalesce(amount = round(amount, partner_currency_minor_unit(currency)) and amount <> 'NaN', amount is null);

comment on function partner_money_fits(numeric, char) is
    'Whether the amount is a whole number of the currency''s minor units. False for a code that was never a currency to pay in and for NaN, which equals itself; true for no amount.';

-- Version 7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so that rows made together lie together in
-- the index. gen_random_uuid gives the random bits and the variant; bits 52 and 53 turn its version 4 into a 7.
-- PostgreSQL 18 has uuidv7() built in; this one also serves 15 to 17.
create function partner_time_ordered_uuid() returns uuid
    language sql volatile parallel safe
return encode(
    set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1),
    'hex')::uuid;

comment on function partner_time_ordered_uuid() is
    'A new time-ordered UUID, version 7: the default of every id in this schema.';
