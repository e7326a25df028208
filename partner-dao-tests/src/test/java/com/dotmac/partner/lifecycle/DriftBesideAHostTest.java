package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host's changes of its own objects are no drift. */
@Tag("catalog")
@ExtendWith(PartnerDatabaseExtension.class)
class DriftBesideAHostTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table orders (id bigint primary key, note text)",
                "create table partner_notes (id bigint primary key)",
                "alter table customers add column name text not null default ''",
                "create index on customers (id)",
                "drop table users cascade; create table users (id uuid primary key); alter table partner_users add constraint"
                        + " partner_user_is_a_host_user foreign key (user_id) references users on delete set null",
                "create view partner_names as select company_name from partners",
                "create materialized view partner_totals as select count(*) from partner_payouts",
                "create table contracts (tenant_id varchar(255), partner_id uuid,"
                        + " foreign key (tenant_id, partner_id) references partners)",
                "create function partner_name(text) returns text language sql return $1",
                "create type partner_mood as enum ('good', 'bad')",
                "create type partner_address as (street text)",
                "create domain partner_phone as text",
                "create sequence partner_numbers",
                "create table alembic_version (version_num varchar(32) primary key)",
                "create extension pg_trgm",
                "cluster partners using partners_pkey",
                "alter table partners alter column metadata set statistics 500",
                "create publication partner_changes for table partners",
                "create statistics partner_statistics on status, tier from partners",
                "insert into partner_idempotency_keys values ('acme', 'key', 'test', sha256('key'), 'user:1')"
            })
    void it_is_not_reported(String sql, PartnerDatabase database) {
        Sql.run(database, sql);

        assertThat(Schemas.linked(database).drift()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "alter table customers rename to clients, clients, id",
        "alter table customers rename column id to customer_id, customers, customer_id",
        "create schema crm; alter table customers set schema crm, crm.customers, id"
    })
    void a_table_that_the_host_renames_is_no_drift_under_its_new_name(
            String sql, String table, String key, PartnerDatabase database) {
        Sql.run(database, sql);

        assertThat(Schemas.unlinked(database).drift()).isEmpty();
        assertThat(Schemas.unlinked(database)
                        .linkedTo(HostTables.DEFAULT.customers(table, key))
                        .drift())
                .isEmpty();
        assertThat(Schemas.linked(database).drift()).hasSize(3);
    }

    @Test
    void the_extension_may_be_in_a_schema_of_its_own(@EmptyDatabase PartnerDatabase database) {
        Sql.createHostTables(database);
        Sql.run(database, "create schema extensions", "create extension btree_gist schema extensions");

        Schemas.linked(database).migrate();

        assertThat(Schemas.linked(database).drift()).isEmpty();
    }
}
