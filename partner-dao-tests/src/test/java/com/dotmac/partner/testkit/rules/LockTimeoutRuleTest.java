package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class LockTimeoutRuleTest {

    private static final String RULE = "the first statement sets lock_timeout";
    private static final String IN_TRANSACTION =
            "begin with: set local lock_timeout = '5s'; it ends with the transaction";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"= '5s'", "='${lock_timeout}'", "to '200ms'", "= 5000", "TO 10"})
    void a_time_or_a_placeholder_will_do(String value) {
        assertThat(folder("-- Why.\nset local lock_timeout " + value + "; select 1;")
                        .violations())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"= 0", "= '0'", "= '0s'", "to '0 min'", "= default", "= ''"})
    void no_time_at_all_is_reported(String value) {
        assertThat(folder("set local lock_timeout " + value + ";").violations())
                .containsExactly(
                        new Violation("V1__first.sql", "set local lock_timeout " + value, RULE, IN_TRANSACTION));
    }

    @Test
    void a_lock_timeout_after_another_statement_is_reported() {
        assertThat(folder("create table t (id int); set local lock_timeout = '5s';")
                        .violations())
                .containsExactly(new Violation("V1__first.sql", "create table t (id int)", RULE, IN_TRANSACTION));
    }

    @Test
    void a_lock_timeout_that_outlives_the_transaction_is_reported() {
        assertThat(folder("set lock_timeout = '5s';").violations())
                .containsExactly(new Violation("V1__first.sql", "set lock_timeout = '5s'", RULE, IN_TRANSACTION));
    }

    @Test
    void an_undo_waits_only_so_long_too() {
        assertThat(folder("set local lock_timeout = '5s';")
                        .file("U1__first.sql", "drop table t;")
                        .violations())
                .containsExactly(new Violation("U1__first.sql", "drop table t", RULE, IN_TRANSACTION));
    }

    @Test
    void an_empty_file_is_reported() {
        assertThat(folder("-- nothing").violations())
                .containsExactly(
                        new Violation("V1__first.sql", "", RULE, "begin with: set local lock_timeout = '5s';"));
    }

    @Test
    void a_local_lock_timeout_outside_a_transaction_is_reported() {
        assertThat(folder("set local lock_timeout = '5s'; create index concurrently i on t (id);")
                        .violations())
                .containsExactly(new Violation(
                        "V1__first.sql",
                        "set local lock_timeout = '5s'",
                        RULE,
                        "begin with: set lock_timeout = '5s'; outside a transaction, set local does nothing"));
    }

    @Test
    void a_file_that_only_creates_tables_waits_for_nobody() {
        assertThat(folder("create type state as enum ('new');"
                                + "create table orders (id uuid primary key, state state);"
                                + "create table lines (order_id uuid references orders (id), parent_id uuid references lines);"
                                + "create index on lines (order_id);"
                                + "alter table only lines add column number int;"
                                + "comment on table orders is 'of a customer';"
                                + "insert into orders (id) values (gen_random_uuid());")
                        .violations())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table orders (customer_id uuid references customers (id))",
                "create table orders_of_july partition of orders for values in (7)",
                "create table orders () inherits (documents)",
                "create table orders (like customers)",
                "create table orders as table customers",
                "create table if not exists customers (id uuid)",
                "insert into lines with other as (update customers set note = '' returning 1) select from other",
                "alter table customers add column note text",
                "insert into orders select from customers",
                "create trigger audited before update on customers execute function audit()"
            })
    void a_file_that_touches_another_table_waits_for_its_lock(String statement) {
        String first = "create table lines (id uuid)";

        assertThat(folder(first + ";" + statement + ";").violations())
                .containsExactly(new Violation("V1__first.sql", first, RULE, IN_TRANSACTION));
    }

    @Test
    void a_table_counts_as_new_only_after_the_file_has_created_it() {
        String first = "alter table orders rename to old_orders";

        assertThat(new MigrationFolder(directory)
                        .file("V1__contract_orders.sql", first + "; create table orders (id uuid);")
                        .file("U1__contract_orders.sql", "set local lock_timeout = '5s';")
                        .violations())
                .containsExactly(new Violation("V1__contract_orders.sql", first, RULE, IN_TRANSACTION));
    }

    private MigrationFolder folder(String sql) {
        return new MigrationFolder(directory)
                .file("V1__first.sql", sql)
                .file("U1__first.sql", "set local lock_timeout = '5s';");
    }
}
