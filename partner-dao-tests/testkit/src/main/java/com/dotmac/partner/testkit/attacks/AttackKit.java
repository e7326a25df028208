package com.dotmac.partner.testkit.attacks;

import com.dotmac.partner.testkit.attacks.AttackReport.Outcome;
import com.dotmac.partner.testkit.attacks.AttackReport.Way;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/**
 * Tries by plain SQL, as the application's role in transactions of one tenant, to read, count, link, change, lock, move or infer the rows
 * of another tenant, and to forge facts of its own.
 *
 * <pre>{@code
 * assertThat(AttackKit.of(dataSourceOfTheApplication).run().succeeded()).isEmpty();
 * }</pre>
 *
 * <p>For a database of tests: it records two tenants with partners, commissions and payouts, which nobody can delete again. Every way
 * ends with a rollback. The one thing that it does not try is to set {@code partner.tenant} to the victim: that is how a transaction
 * says whose rows it wants.
 */
public final class AttackKit {

    private static final String DIVISION_BY_ZERO = "22012";

    private final DataSource application;
    private final @Nullable UUID attackersCustomer;
    private final @Nullable UUID victimsCustomer;

    private AttackKit(DataSource application, @Nullable UUID attackersCustomer, @Nullable UUID victimsCustomer) {
        this.application = application;
        this.attackersCustomer = attackersCustomer;
        this.victimsCustomer = victimsCustomer;
    }

    /** @param application connects as the role of the application, with the rights that {@code roles.sql} gives it */
    public static AttackKit of(DataSource application) {
        return new AttackKit(application, null, null);
    }

    /**
     * With a customer of the host for each tenant, so that they also have assignments, sales and refunds. If the host's table has a tenant
     * column, the tenants are {@link #ATTACKER} and {@link #VICTIM}.
     */
    public AttackKit withCustomers(UUID attackers, UUID victims) {
        return new AttackKit(application, attackers, victims);
    }

    /** The tenant of the attacks. */
    public static final String ATTACKER = "attacker";

    /** The tenant whose rows they try to reach. */
    public static final String VICTIM = "victim";

    /**
     * Tries every way.
     *
     * @throws IllegalStateException if the role cannot work as the library does
     */
    public AttackReport run() {
        AttackedTenants tenants = AttackedTenants.record(application, attackersCustomer, victimsCustomer);
        List<Way> ways = new ArrayList<>();
        try (Connection connection = application.getConnection()) {
            connection.setAutoCommit(false);
            for (Attack attack : attacks()) {
                ways.add(way(attack, tenants, connection));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("the attacks ended early: " + failed.getMessage(), failed);
        }
        return new AttackReport(ways);
    }

    private static List<Attack> attacks() {
        return Stream.of(
                        ReadingAttacks.all(),
                        InferringAttacks.all(),
                        ChangingAttacks.all(),
                        SessionAttacks.all(),
                        ForgingAttacks.all())
                .flatMap(List::stream)
                .toList();
    }

    private Way way(Attack attack, AttackedTenants tenants, Connection connection) throws SQLException {
        for (String before : attack.before()) {
            Answer of = ask(connection, AttackedTenants.VICTIM_IS_SET, tenants.filled(before), true);
            if (of.isRefused() && !of.sqlState.equals("42501")) {
                throw new IllegalStateException(attack + ": the victim cannot prepare it: " + of.text);
            }
        }
        return switch (attack.kind()) {
            case REACHES -> outcome(attack, ask(connection, tenants.filled(attack.sql())), tenants);
            case TELLS_APART -> toldApart(attack, tenants, connection);
            case COPIES -> outcome(attack, copy(connection, tenants.filled(attack.sql())), tenants);
            case WATCHES -> {
                try (Connection victims = application.getConnection()) {
                    victims.setAutoCommit(false);
                    tenants.work(victims);
                    yield outcome(attack, ask(connection, tenants.filled(attack.sql())), tenants);
                }
            }
        };
    }

    private static Way outcome(Attack attack, Answer answer, AttackedTenants tenants) {
        boolean told = answer.text.contains(tenants.secret());
        return new Way(
                attack.area(),
                attack.name(),
                told || answer.reached
                        ? Outcome.SUCCEEDED
                        : answer.isRefused() ? Outcome.REFUSED : Outcome.REACHED_NOTHING,
                answer.text);
    }

    /** The victim's id stands in the question, so it may stand in the answer. */
    private static Way toldApart(Attack attack, AttackedTenants tenants, Connection connection) throws SQLException {
        String last = "";
        for (String theirs : tenants.idsOfVictim()) {
            String nobodys = UUID.randomUUID().toString();
            Answer ofVictim = ask(connection, tenants.filled(attack.sql()).replace("${id}", theirs));
            Answer ofNobody = ask(connection, tenants.filled(attack.sql()).replace("${id}", nobodys));
            String known = withoutIds(ofVictim, theirs);
            String unknown = withoutIds(ofNobody, nobodys);
            if (!known.equals(unknown) || ofVictim.text.contains(tenants.secret())) {
                return new Way(
                        attack.area(),
                        attack.name(),
                        Outcome.SUCCEEDED,
                        ofVictim.text + ", of nobody " + ofNobody.text);
            }
            last = ofVictim.text;
            if (!ofVictim.isRefused() && ofVictim.reached) {
                return new Way(attack.area(), attack.name(), Outcome.SUCCEEDED, ofVictim.text);
            }
        }
        return new Way(
                attack.area(), attack.name(), Outcome.REFUSED, "the same answer as for an id that nobody has: " + last);
    }

    /** A row that the question would add has an id and a time of its own each time. */
    private static String withoutIds(Answer answer, String asked) {
        return answer.sqlState
                + answer.reached
                + answer.text
                        .replace(asked, "(id)")
                        .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "(new id)")
                        .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[.\\d]*", "(time)");
    }

    /**
     * What the database answers.
     *
     * @param reached whether the last statement returned or changed a row
     * @param text the message with its detail and its hint, or the rows; and the warnings
     */
    private record Answer(boolean reached, String sqlState, String text) {

        boolean isRefused() {
            return !sqlState.isEmpty();
        }

        static Answer of(SQLException refused) {
            String state = String.valueOf(refused.getSQLState());
            String text = refused instanceof PSQLException server && server.getServerErrorMessage() != null
                    ? server.getServerErrorMessage().toString()
                    : refused.getMessage();
            return new Answer(state.equals(DIVISION_BY_ZERO), state, state + " " + text.replaceAll("\\s+", " "));
        }
    }

    private static Answer ask(Connection connection, String sql) throws SQLException {
        return ask(connection, AttackedTenants.ATTACKER_IS_SET, sql, false);
    }

    private static Answer ask(Connection connection, String tenant, String sql, boolean commit) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(tenant);
            statement.setMaxRows(20);
            Answer answer = answer(statement, statement.execute(sql));
            if (commit) {
                connection.commit();
            }
            return answer;
        } catch (SQLException refused) {
            return Answer.of(refused);
        } finally {
            connection.rollback();
        }
    }

    private static Answer answer(Statement statement, boolean hasRows) throws SQLException {
        StringBuilder text = new StringBuilder();
        boolean reached = false;
        boolean rows = hasRows;
        while (rows || statement.getUpdateCount() >= 0) {
            if (rows) {
                reached = read(statement.getResultSet(), text);
            } else {
                reached = statement.getUpdateCount() > 0;
            }
            rows = statement.getMoreResults();
        }
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            text.append(' ').append(warning.getMessage());
        }
        return new Answer(reached, "", (reached ? "rows " : "no row ") + text);
    }

    private static boolean read(ResultSet result, StringBuilder text) throws SQLException {
        boolean any = false;
        while (result.next()) {
            any = true;
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                text.append(result.getString(column)).append(' ');
            }
        }
        return any;
    }

    private static Answer copy(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(AttackedTenants.ATTACKER_IS_SET);
            StringWriter copied = new StringWriter();
            long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, copied);
            return new Answer(rows > 0, "", rows + " rows copied " + copied);
        } catch (SQLException refused) {
            return Answer.of(refused);
        } catch (IOException failed) {
            throw new IllegalStateException("a copy into memory failed", failed);
        } finally {
            connection.rollback();
        }
    }
}
