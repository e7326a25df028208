package com.dotmac.partner.benchmark.contention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** The least that a ledger and a queue on PostgreSQL do, each with as few statements as possible. */
final class Yardsticks {

    private static final int ACCOUNTS = 2_000;

    /** The other side of each entry has the opposite amount. The smaller account is locked first: no deadlock. */
    private static final String LEDGER = """
            create table yardstick_accounts (id int primary key, balance numeric not null);
            insert into yardstick_accounts select number, 0 from generate_series(1, %d) number;
            create table yardstick_transfers (
                id bigint generated always as identity primary key,
                key text unique, from_account int, to_account int, amount numeric);
            create table yardstick_entries (
                id bigint generated always as identity primary key,
                transfer_id bigint references yardstick_transfers, account_id int references yardstick_accounts,
                amount numeric, balance numeric);
            create function yardstick_transfer(p_key text, p_from int, p_to int, p_amount numeric) returns bigint
            language plpgsql as $$
            declare
                v_transfer bigint;
                v_from numeric;
                v_to numeric;
            begin
                insert into yardstick_transfers (key, from_account, to_account, amount)
                values (p_key, p_from, p_to, p_amount)
                returning id into v_transfer;
                if p_from < p_to then
                    update yardstick_accounts set balance = balance - p_amount where id = p_from returning balance into v_from;
                end if;
                update yardstick_accounts set balance = balance + p_amount where id = p_to returning balance into v_to;
                if p_from > p_to then
                    update yardstick_accounts set balance = balance - p_amount where id = p_from returning balance into v_from;
                end if;
                insert into yardstick_entries (transfer_id, account_id, amount, balance)
                values (v_transfer, p_from, -p_amount, v_from), (v_transfer, p_to, p_amount, v_to);
                return v_transfer;
            end
            $$;
            """.formatted(ACCOUNTS);

    private static final String QUEUE = """
            create table yardstick_queue (
                id bigint generated always as identity primary key, status text not null, reference text);
            create index on yardstick_queue (id) where status = 'ready';
            """;

    private static final String FILL = """
            insert into yardstick_queue (status)
            select 'ready'
            from generate_series(1, ? - (select count(*) from yardstick_queue where status = 'ready'))
            """;

    private static final String CLAIM = """
            update yardstick_queue set status = 'processing'
            where id = (select id from yardstick_queue where status = 'ready' order by id limit 1 for update skip locked)
            returning id
            """;

    private static final String END = "update yardstick_queue set status = 'done', reference = ? where id = ?";

    private final DataSource dataSource;
    private final Rows rows;
    private final Retries retries;
    private final AtomicLong keys = new AtomicLong();
    private final AtomicLong transfers = new AtomicLong();
    private final AtomicLong done = new AtomicLong();

    Yardsticks(DataSource dataSource, Retries retries) throws SQLException {
        this.dataSource = dataSource;
        this.rows = new Rows(dataSource);
        this.retries = retries;
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(LEDGER);
            statement.execute(QUEUE);
        }
    }

    /** Between two random accounts, with a new key. */
    boolean transfer(int thread) throws Exception {
        int from = 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS);
        int to = 1 + (from + ThreadLocalRandom.current().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        String key = "transfer-" + keys.incrementAndGet();
        retries.call(() -> transfer(key, from, to));
        transfers.incrementAndGet();
        return true;
    }

    private boolean transfer(String key, int from, int to) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement call = connection.prepareStatement("select yardstick_transfer(?, ?, ?, 1.00)")) {
            call.setString(1, key);
            call.setInt(2, from);
            call.setInt(3, to);
            return call.execute();
        }
    }

    /** Claims a row in one transaction, and ends it in the next. */
    boolean claimAndEnd(int thread) throws Exception {
        long claimed = retries.call(this::claim);
        if (claimed == 0) {
            return false;
        }
        retries.call(() -> end(claimed, "done-" + claimed));
        done.incrementAndGet();
        return true;
    }

    /** 0 if no row is ready. */
    private long claim() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement claim = connection.prepareStatement(CLAIM);
                ResultSet claimed = claim.executeQuery()) {
            return claimed.next() ? claimed.getLong(1) : 0;
        }
    }

    private int end(long id, String reference) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement end = connection.prepareStatement(END)) {
            end.setString(1, reference);
            end.setLong(2, id);
            return end.executeUpdate();
        }
    }

    void fillQueue(int ready) {
        rows.sql().execute(FILL, ready);
        rows.sql().execute("vacuum analyze yardstick_queue");
    }

    /** Fails if a transfer was lost or doubled. */
    void checkLedger(String cell) {
        rows.require(cell, transfers + " transfers, " + 2 * transfers.get() + " entries, sum 0 and 0", """
                select (select count(*) from yardstick_transfers) || ' transfers, ' || count(*) || ' entries, sum '
                    || coalesce(sum(amount), 0)::bigint || ' and '
                    || (select sum(balance) from yardstick_accounts)::bigint
                from yardstick_entries
                """);
    }

    /** Fails if a claim was lost or doubled, or if the cell was too long for its rows. */
    void checkQueue(String cell) {
        rows.require(cell, done + " done, 0 in work, more are ready", """
                select count(*) filter (where status = 'done') || ' done, '
                    || count(*) filter (where status = 'processing') || ' in work, '
                    || case when bool_or(status = 'ready') then 'more are ready' else 'no more is ready' end
                from yardstick_queue
                """);
    }
}
