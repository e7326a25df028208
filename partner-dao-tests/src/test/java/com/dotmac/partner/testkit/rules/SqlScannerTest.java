package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class SqlScannerTest {

    @Test
    void a_statement_ends_at_its_semicolon() {
        assertThat(codes("select 1; SELECT\n\t2 ;; ")).containsExactly("select 1", "select 2");
    }

    @Test
    void comments_end_nothing_and_say_nothing() {
        assertThat(codes("select 1 -- ; drop\n + 2; /* a /* ; nested */ ; */ select 3"))
                .containsExactly("select 1 + 2", "select 3");
    }

    @Test
    void a_literal_keeps_its_semicolons_and_quotes() {
        assertThat(SqlScanner.statements("select 'a;b '' -- c'; select E'it\\'s; on', 'a\\'; select 3"))
                .containsExactly(
                        new SqlStatement("select 'a;b '' -- c'", "select ''", List.of("a;b ' -- c")),
                        new SqlStatement("select E'it\\'s; on', 'a\\'", "select e'', ''", List.of("it\\'s; on", "a\\")),
                        new SqlStatement("select 3", "select 3", List.of()));
    }

    @Test
    void a_word_that_ends_with_e_escapes_nothing() {
        assertThat(codes("select type'a\\'; select 2")).containsExactly("select type''", "select 2");
    }

    @Test
    void dollar_quotes_end_at_their_own_tag() {
        assertThat(SqlScanner.statements("do $$ a; $x$ b $$; do $body$ c; $$; $body$; select a$b$c; select ${name}$"))
                .containsExactly(
                        new SqlStatement("do $$ a; $x$ b $$", "do ''", List.of(" a; $x$ b ")),
                        new SqlStatement("do $body$ c; $$; $body$", "do ''", List.of(" c; $$; ")),
                        new SqlStatement("select a$b$c", "select a$b$c", List.of()),
                        new SqlStatement("select ${name}$", "select ${name}$", List.of()));
    }

    @Test
    void a_quoted_name_is_the_name_it_quotes_but_no_keyword() {
        assertThat(codes("alter table \"partners\" add \"check\" int, add \"Drop;\"\"Table\" int"))
                .containsExactly("alter table partners add \"_check\" int, add \"_Drop_Table\" int");
    }

    @Test
    void semicolons_in_parentheses_end_nothing() {
        assertThat(codes("create rule r as on insert to t do (select 1; select 2); select 3"))
                .containsExactly("create rule r as on insert to t do (select 1; select 2)", "select 3");
    }

    @Test
    void what_is_never_closed_goes_on_to_the_end() {
        assertThat(codes("select 'a; b")).containsExactly("select ''");
        assertThat(codes("select $$ a; b")).containsExactly("select ''");
        assertThat(codes("select 1 /* a; b")).containsExactly("select 1");
    }

    @Test
    void a_do_block_runs_its_statements_and_the_dynamic_ones_it_spells_out() {
        SqlStatement block = SqlScanner.statements("""
                        do $$
                        begin
                            if exists (select from t) then drop table t; else truncate u; end if;
                            execute format('alter table %I drop column c', 'v');
                            execute $q$ do 'begin delete from w; end' $q$;
                            raise notice 'drop table x';
                        end
                        $$""").get(0);

        assertThat(block.run().map(SqlStatement::code))
                .containsExactly(
                        "if exists (select from t)",
                        "drop table t",
                        "truncate u",
                        "end if",
                        "execute format('', '')",
                        "alter table %i drop column c",
                        "v",
                        "execute ''",
                        "delete from w",
                        "end",
                        "raise notice ''",
                        "end");
    }

    private static List<String> codes(String sql) {
        return SqlScanner.statements(sql).stream().map(SqlStatement::code).toList();
    }
}
