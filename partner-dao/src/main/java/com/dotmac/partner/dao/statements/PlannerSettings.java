package com.dotmac.partner.dao.statements;

import org.jooq.DSLContext;

/**
 * Settings of PostgreSQL's planner that make the cost of a verification independent of statistics, which a freshly
 * restored database does not have. Each ends with the transaction; see {@code Transactions.readWith}.
 */
final class PlannerSettings {

    private PlannerSettings() {}

    /**
     * For statements that read every row: a plan by hash joins reads each table once, also when the planner takes a
     * table of a million rows for a small one. Compiling such a large statement would take longer than running it. A
     * node may use 64 MB, and a hash table the multiple of that which the server allows. Groups are made by hash too: a
     * planner without statistics would sort a million rows. Workers share no hash table: it would lie in {@code /dev/shm}, of
     * which a container has 64 MB.
     */
    static void readEveryRow(DSLContext dsl) {
        dsl.execute("""
                select set_config('jit', 'off', true),
                       set_config('enable_hashjoin', 'on', true),
                       set_config('enable_nestloop', 'off', true),
                       set_config('enable_mergejoin', 'off', true),
                       set_config('enable_sort', 'off', true),
                       set_config('enable_parallel_hash', 'off', true),
                       set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), 67108864) / 1024 || 'kB', true)
                """);
    }

    /** For statements that read few rows of large tables: a plan by nested loops finds them by index. */
    static void readFewRows(DSLContext dsl) {
        dsl.execute("""
                select set_config('jit', 'off', true),
                       set_config('enable_nestloop', 'on', true),
                       set_config('enable_hashjoin', 'off', true),
                       set_config('enable_mergejoin', 'off', true),
                       set_config('enable_sort', 'on', true)
                """);
    }

    /**
     * Whether PostgreSQL ever counted the events. If not, as after a restore, it takes the index of a tenant for as good
     * as that of a key, and a plan by index may read the whole tenant again and again.
     */
    static boolean hasStatistics(DSLContext dsl) {
        return dsl.fetchSingle(
                        "select reltuples >= 0 from pg_class where oid = to_regclass('partner_commission_events')")
                .get(0, Boolean.class);
    }

    /** For statements after {@link #readFewRows} of which every part has an index. */
    static void readByIndex(DSLContext dsl) {
        dsl.execute("select set_config('enable_seqscan', 'off', true)");
    }
}
