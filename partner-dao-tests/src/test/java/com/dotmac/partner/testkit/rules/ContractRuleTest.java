package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class ContractRuleTest {

    private static final String RULE = "only a migration named V<number>__contract_... takes something away";
    private static final String REMEDY =
            "code of the version before still uses it: add first, and take away in a contract"
                    + " migration once no such code runs";

    @TempDir
    Path directory;

    private MigrationFolder folder;

    @BeforeEach
    void a_folder() {
        folder = new MigrationFolder(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table t",
                "drop type s",
                "drop index t_by_id",
                "drop function f(int)",
                "drop schema app cascade",
                "truncate t",
                "delete from t where id = 1",
                "with gone as (delete from t returning id) select count(*) from gone",
                "merge into t using u on t.id = u.id when matched then delete",
                "alter table t drop column c",
                "alter table t drop c",
                "alter table t drop constraint c",
                "alter table t alter c drop not null",
                "alter table t alter column c drop default",
                "alter table t rename to u",
                "alter table t rename column a to b",
                "alter table t set schema other",
                "alter type s rename value 'a' to 'b'",
                "alter type s drop attribute a",
                "alter index t_by_id rename to t_by_key"
            })
    void what_takes_something_away_is_reported(String statement) {
        folder.migration("contractor", statement);

        assertThat(folder.violations()).containsExactly(new Violation("V1__contractor.sql", statement, RULE, REMEDY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do $$ begin drop table t; end $$",
                "do $body$ begin if true then execute 'drop table t'; end if; end $body$",
                "do language plpgsql $$ begin /* ; */ drop table t; exception when others then null; end $$"
            })
    void what_a_do_block_takes_away_is_reported(String block) {
        folder.migration("block", block);

        assertThat(folder.violations()).containsExactly(new Violation("V1__block.sql", "drop table t", RULE, REMEDY));
    }

    @Test
    void a_contract_migration_takes_away() {
        folder.migration("contract", "drop table t");
        folder.migration("contract_drop_old_column", "alter table u drop column old");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_contract_migration_has_an_undo() {
        folder.file("V1__contract_drop.sql", "set local lock_timeout = '5s'; drop table t;");

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__contract_drop.sql",
                        "",
                        "a migration has an undo of its number and description",
                        "write U1__contract_drop.sql"));
    }

    @Test
    void an_undo_may_take_something_away() {
        folder.migration("table", "create table t (id int)");
        folder.file("U1__table.sql", "set local lock_timeout = '5s'; drop table t;");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void what_holds_no_rows_may_be_created_again() {
        folder.migration("again", """
                drop trigger if exists guard on t;
                drop function guard(), other(int);
                create function guard() returns trigger language plpgsql as $$ begin delete from u; return null; end $$;
                create or replace function other(id int) returns int language sql return 1;
                create constraint trigger guard after delete on t for each row execute function guard();
                alter table t drop constraint c, add constraint c check (id > 1) not valid;""");
        folder.migration("validate", "alter table t validate constraint c");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_table_may_not_be_created_again_and_another_name_is_not_the_same() {
        folder.migration("again", """
                drop table t;
                create table t (id int);
                drop function guard();
                create function guard_all() returns int language sql return 1;""");

        assertThat(folder.violations())
                .containsExactly(
                        new Violation("V1__again.sql", "drop table t", RULE, REMEDY),
                        new Violation("V1__again.sql", "drop function guard()", RULE, REMEDY));
    }

    @Test
    void words_that_only_sound_like_it_are_not_reported() {
        folder.migration("words", """
                create table dropped (id int, deleted_from int references t on delete cascade);
                create trigger truncated before truncate on t for each statement execute function keep();
                comment on table dropped is 'drop table t; delete from t';
                do $$ begin raise exception 'drop table t first'; end $$;""");

        assertThat(folder.violations()).isEmpty();
    }
}
