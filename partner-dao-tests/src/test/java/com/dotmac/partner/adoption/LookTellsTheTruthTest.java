package com.dotmac.partner.adoption;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a constraint of the new schema would refuse, the look names, with every row. */
@ExtendWith(PartnerDatabaseExtension.class)
class LookTellsTheTruthTest {

    private static final Set<AdoptionConsent> ALL = EnumSet.allOf(AdoptionConsent.class);

    /** Consents change what these constraints are of, before they hold. */
    private static final Set<String> HEALED = Set.of(
            "commission_event_payout_matches",
            "commission_event_paid_is_in_payout",
            "commission_event_is_paid_with_its_time",
            "commission_event_approved_is_in_payout_or_held",
            "commission_event_in_payout_is_payable",
            "payout_without_commissions_is_zero",
            "payout_count_is_not_negative",
            "payout_pays_a_positive_amount",
            "payout_total_fits_currency",
            "payout_knows_the_dates_of_its_commissions",
            "partner_payouts_one_open");

    /** Rows at random in every table of ours, without a constraint that refuses them. */
    private static final String NONSENSE = """
            create table constraints as
            select conrelid::regclass::text as table_name, conname::text as name, pg_get_constraintdef(oid) as definition,
                   array(select a.attname::text from pg_attribute a where a.attrelid = conrelid and a.attnum = any (conkey)) as columns
            from pg_constraint
            where conrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relname like 'partner%%')
              and conrelid <> 'partner_schema_history'::regclass and contype in ('c', 'u', 'x', 'f', 'p')
              and pg_get_constraintdef(oid) !~ 'REFERENCES (users|customers|invoices)';
            insert into constraints
            select indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
                   array(select a.attname::text from pg_attribute a where a.attrelid = indrelid and a.attnum = any (indkey::smallint[]))
            from pg_index
            where indisunique and indrelid::regclass::text like 'partner%%' and indrelid <> 'partner_schema_history'::regclass
              and not exists (select from pg_constraint where conindid = indexrelid);
            drop table partner_schema_history;
            select setseed(%s);
            do $nonsense$
            declare
                one record;
            begin
                set local session_replication_role = replica;
                for one in select * from constraints order by definition like '%%REFERENCES%%' desc
                loop
                    execute case when one.definition like 'CREATE%%' then format('drop index %%I', one.name)
                                 else format('alter table %%I drop constraint %%I cascade', one.table_name, one.name) end;
                end loop;
                for one in
                    select attrelid::regclass as of_table, attname, format_type(atttypid, null) as type,
                           format_type(atttypid, atttypmod) as full_type
                    from pg_attribute
                    where attrelid in (select table_name::regclass from constraints) and attnum > 0 and attnotnull
                loop
                    execute format('alter table %%s alter %%I drop not null', one.of_table, one.attname);
                end loop;
                for one in
                    select format('insert into %%s (%%s) select %%s from generate_series(1, 40) n', attrelid::regclass,
                                  string_agg(quote_ident(attname), ', ' order by attnum),
                                  string_agg(format('case when random() < 0.9 then %%s end', case
                                      when format_type(atttypid, null) = 'uuid' then '(''00000000-0000-7000-8000-00000000000'' || floor(random() * 9))::uuid'
                                      when attname = 'tenant_id' then '(array[''acme'', ''globex'', '' ''])[1 + floor(random() * 3)]'
                                      when format_type(atttypid, null) = 'character' then '(array[''USD'', ''JPY'', ''XXX''])[1 + floor(random() * 3)]'
                                      when format_type(atttypid, null) = 'character varying' then '(array['' '', ''a'', ''b'', ''c''])[1 + floor(random() * 4)]'
                                      when format_type(atttypid, null) like '%%[]' then 'array[1, random() * 3]::text[]::' || format_type(atttypid, null)
                                      when typtype = 'e' then format('(select (enum_range(null::%%1$s))[1 + floor(random() * array_length(enum_range(null::%%1$s), 1) + n * 0)])', format_type(atttypid, null))
                                      when format_type(atttypid, null) = 'numeric' then '(array[-1, 0, 0.5, 1.005, 2, ''NaN''])[1 + floor(random() * 6)]::numeric'
                                      when format_type(atttypid, null) in ('integer', 'bigint', 'smallint') then 'floor(random() * 5 - 1)::smallint'
                                      when format_type(atttypid, null) = 'timestamp with time zone' then 'now() - random() * interval ''90 days'''
                                      when format_type(atttypid, null) = 'date' then '''2026-01-01''::date + floor(random() * 40)::integer'
                                      when format_type(atttypid, null) = 'jsonb' then '(array[''{}'', ''[]''])[1 + floor(random() * 2)]::jsonb'
                                      when format_type(atttypid, null) = 'bytea' then '''\\x00''::bytea'
                                      when format_type(atttypid, null) = 'boolean' then 'random() < 0.5' end), ', ' order by attnum)) as statement
                    from pg_attribute join pg_type on pg_type.oid = atttypid
                    where attrelid in (select table_name::regclass from constraints) and attnum > 0 and not attisdropped
                    group by attrelid
                loop
                    execute one.statement;
                end loop;
            end
            $nonsense$
            """;

    /** Adds one constraint after the other, as PostgreSQL would, and takes it back: those that it refuses. */
    private static final String REFUSED = """
            create table refused (name text);
            do $refused$
            declare
                one record;
            begin
                -- The adoption calculates the monthly totals again.
                for one in select * from constraints where definition !~ 'REFERENCES' and table_name <> 'partner_commission_totals'
                loop
                    begin
                        execute case when one.definition like 'CREATE%' then one.definition
                                     else format('alter table %I add constraint %I %s', one.table_name, one.name, one.definition) end;
                        execute case when one.definition like 'CREATE%' then format('drop index %I', one.name)
                                     else format('alter table %I drop constraint %I', one.table_name, one.name) end;
                        execute (select coalesce(string_agg(format('alter table %I alter %I drop not null', one.table_name, attname), ';'), '')
                                 from pg_attribute where attrelid = one.table_name::regclass and attnum > 0 and attnotnull);
                    exception
                        when integrity_constraint_violation then insert into refused values (one.name);
                        when data_exception then null; -- a range that ends before it begins
                    end;
                end loop;
            end
            $refused$
            """;

    @Test
    void every_fault_of_a_row_is_named_with_its_row(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                alter table partners drop constraint partners_partner_number_key, alter phone type text;
                alter table partner_users alter email drop not null;
                alter table partner_commission_events drop constraint partner_commission_events_partner_id_fkey, alter base_amount type text,
                    alter status type text;
                update partners set partner_number = 'P-1' where right(id::text, 1) = '2';
                update partners set phone = repeat('0', 51), company_name = ' ', metadata = '[]' where right(id::text, 1) = '3';
                insert into partner_users (id, partner_id, first_name, last_name, email, role, is_primary_contact, is_active)
                select ('d0000000-0000-0000-0000-00000000000' || n)::uuid, partner_id, 'Ann', 'Lee', case n when 2 then email end, 'admin', n = 3, n = 2
                from partner_users, generate_series(2, 3) n;
                insert into partner_accounts (id, partner_id, customer_id, engagement_type, start_date, end_date, is_active)
                select ('e0000000-0000-0000-0000-00000000000' || n)::uuid, partner_id, customer_id, 'direct', '2025-06-01',
                       case n when 3 then '2025-07-01' else '2025-05-01' end::timestamp, false
                from partner_accounts, generate_series(3, 4) n where right(id::text, 1) = '1';
                update partner_payouts set period_start = '2026-05-01Z', period_end = '2026-01-31Z' where right(id::text, 1) = '1';
                update partner_commission_events set partner_id = 'bb000000-0000-0000-0000-000000000001' where right(id::text, 1) = '5';
                update partner_commission_events set event_date = 'infinity', commission_amount = 0.5 where right(id::text, 1) = '6';
                update partner_commission_events set base_amount = 'viel', status = 'DISPUTED' where right(id::text, 1) = '4';
                """);
        List<String> everything = legacy.everything();

        Adoption looked = legacy.schema.adopt(ALL);

        assertThat(looked.findings().stream()
                        .filter(finding -> finding.kind() == AdoptionFinding.Kind.REFUSED)
                        .map(finding -> finding.table() + " " + finding.id().charAt(35) + " " + finding.column() + " "
                                + finding.value())
                        .sorted())
                .containsExactly(
                        "partner_accounts 1 customer_id, ends_at, partner_id, starts_at, tenant_id"
                                + " c0000000-0000-0000-0000-000000000001, null, b0000000-0000-0000-0000-000000000001,"
                                + " 2025-01-01 00:00:00+00, acme",
                        "partner_accounts 3 customer_id, ends_at, partner_id, starts_at, tenant_id"
                                + " c0000000-0000-0000-0000-000000000001, 2025-07-01 00:00:00+00,"
                                + " b0000000-0000-0000-0000-000000000001, 2025-06-01 00:00:00+00, acme",
                        "partner_accounts 4 ends_at, starts_at 2025-05-01 00:00:00+00, 2025-06-01 00:00:00+00",
                        "partner_commission_events 4 base_amount viel",
                        "partner_commission_events 4 status disputed",
                        "partner_commission_events 5 partner_id bb000000-0000-0000-0000-000000000001",
                        "partner_commission_events 6 commission_amount, currency 0.50, JPY",
                        "partner_commission_events 6 event_date infinity",
                        "partner_payouts 1 period_end, period_start 2026-01-31 00:00:00+00, 2026-05-01 00:00:00+00",
                        "partner_users 1 tenant_id, partner_id acme, b0000000-0000-0000-0000-000000000001",
                        "partner_users 1 tenant_id, partner_id, email acme, b0000000-0000-0000-0000-000000000001, ann@example.com",
                        "partner_users 2 tenant_id, partner_id, email acme, b0000000-0000-0000-0000-000000000001, ann@example.com",
                        "partner_users 3 email null",
                        "partner_users 3 is_active, is_primary_contact false, true",
                        "partner_users 3 tenant_id, partner_id acme, b0000000-0000-0000-0000-000000000001",
                        "partners 1 tenant_id, partner_number acme, P-1",
                        "partners 2 tenant_id, partner_number acme, P-1",
                        "partners 3 company_name  ",
                        "partners 3 metadata []",
                        "partners 3 phone " + "0".repeat(51));
        assertThatThrownBy(() -> legacy.schema.applyAdoption(ALL))
                .hasMessage("adopt was refused and has changed nothing: " + String.join("; ", looked.refusals()));
        assertThat(legacy.everything()).isEqualTo(everything);
    }

    @Test
    void a_summary_counts_every_row_and_says_where_they_are_named(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                insert into partners (id, partner_number, company_name, status, tier, commission_model, primary_email, tenant_id)
                select ('bb000000-0000-0000-0000-0000000000' || n)::uuid, 'N-' || n, ' ', 'ACTIVE', 'GOLD', 'REVENUE_SHARE', 'n@example.com', 'acme'
                from generate_series(11, 24) n
                """);

        Adoption looked = legacy.schema.adopt(ALL);

        assertThat(looked.findings()).hasSize(14);
        assertThat(looked.refusals())
                .singleElement()
                .asString()
                .startsWith(
                        "14 rows of partners would break the constraint partner_company_name_is_not_blank of company_name:"
                                + " correct them first (bb000000-0000-0000-0000-000000000011,")
                .endsWith("bb000000-0000-0000-0000-000000000020 and 4 more: --csv FILE and --json name each)");
    }

    @Test
    void values_that_a_fixed_rule_replaces_are_named_too(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("update partner_payouts set completed_at = '2026-02-04Z' where completed_at is not null");

        assertThat(legacy.schema.adopt(ALL).mapped().stream()
                        .map(finding -> finding.table() + " " + finding.id().charAt(35) + " " + finding.column() + " "
                                + finding.value() + " " + finding.becomes()))
                .containsExactly(
                        "partner_users 1 tenant_id null acme",
                        "partner_accounts 2 tenant_id null acme",
                        "partner_payouts 2 status pending ready",
                        "partner_payouts 2 tenant_id null acme",
                        "partner_commission_events 1 paid_at null 2026-02-04 00:00:00+00",
                        "partner_commission_events 1 status approved paid",
                        "partner_commission_events 2 base_amount null 50.00",
                        "partner_commission_events 2 commission_rate null 1",
                        "partner_commission_events 2 paid_at null 2026-02-04 00:00:00+00",
                        "partner_commission_events 2 status approved paid",
                        "partner_commission_events 2 tenant_id null acme");
    }

    /** PostgreSQL itself says which constraints rows at random break: the look names at least those. */
    @Test
    void the_look_asks_every_constraint_of_the_catalog(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.host(database);
        legacy.schema.migrate();
        legacy.execute(NONSENSE.formatted("0.14"));

        Adoption looked = legacy.schema.adopt(ALL);

        assertThat(looked.way()).isEqualTo(Adoption.Way.IN_PLACE);
        legacy.execute(REFUSED);
        Set<String> refused = new TreeSet<>(legacy.rows("select name from refused").stream()
                .map(row -> row.substring(1, row.length() - 1))
                .toList());
        assertThat(refused).hasSizeGreaterThan(80);
        refused.removeAll(HEALED);
        Set<String> unnamed = refused.stream()
                .filter(name -> {
                    String[] of = legacy.rows(
                                    "select table_name, array_to_string(columns, ' ') from constraints where name = '"
                                            + name + "'")
                            .get(0)
                            .replaceAll("[\\[\\]]", "")
                            .split(", ");
                    return looked.findings().stream()
                            .filter(finding -> finding.kind() == AdoptionFinding.Kind.REFUSED)
                            .filter(finding -> finding.table().equals(of[0]))
                            .noneMatch(finding -> finding.reason().contains(name)
                                    || Set.of(finding.column().split(", ")).equals(Set.of(of[1].split(" "))));
                })
                .collect(toCollection(TreeSet::new));
        assertThat(unnamed).isEmpty();
    }
}
