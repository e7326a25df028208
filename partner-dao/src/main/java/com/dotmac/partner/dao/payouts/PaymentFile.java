package com.dotmac.partner.dao.payouts;

import static org.jooq.impl.DSL.name;

import com.dotmac.partner.dao.basics.PartnerException;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Name;
import org.jooq.impl.SQLDataType;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A payment provider's file as a temporary table of the transaction: PostgreSQL itself reads the CSV, streamed to it.
 */
final class PaymentFile {

    private static final Name TABLE = name("pg_temp", "partner_payment_file");
    private static final String COLUMNS = "key,amount,currency,status,reference";
    private static final String COPY =
            "copy pg_temp.partner_payment_file (" + COLUMNS + ") from stdin (format csv, header match)";
    private static final Pattern LINE = Pattern.compile("line (\\d+)");
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final DSLContext dsl;

    PaymentFile(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** Creates the table and returns its number of lines. The table ends with the transaction at the latest. */
    long read(Reader csv) {
        dsl.createTemporaryTable(TABLE)
                .column("line", SQLDataType.BIGINT.identity(true))
                .column("key", SQLDataType.CLOB)
                .column("amount", SQLDataType.CLOB)
                .column("currency", SQLDataType.CLOB)
                .column("status", SQLDataType.CLOB)
                .column("reference", SQLDataType.CLOB)
                .onCommitDrop()
                .execute();
        long lines = dsl.connectionResult(connection -> copy(connection, csv));
        dsl.execute("analyze pg_temp.partner_payment_file");
        return lines;
    }

    void drop() {
        dsl.dropTemporaryTable(TABLE).execute();
    }

    private static long copy(Connection connection, Reader csv) throws SQLException {
        try {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, withoutMark(csv));
        } catch (PSQLException refused) {
            if (isAboutTheFile(refused)) {
                throw inFile(refused);
            }
            throw refused;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the payment file cannot be read; nothing was compared", unreadable);
        }
    }

    private static Reader withoutMark(Reader csv) throws IOException {
        PushbackReader reader = new PushbackReader(csv);
        int first = reader.read();
        if (first == -1) {
            throw new PartnerException.InvalidInput("the payment file is empty; give one with the header " + COLUMNS);
        }
        if (first != BYTE_ORDER_MARK) {
            reader.unread(first);
        }
        return reader;
    }

    /** Class 22: the data are wrong, not the statement. */
    private static boolean isAboutTheFile(PSQLException refused) {
        return refused.getSQLState() != null && refused.getSQLState().startsWith("22");
    }

    private static PartnerException inFile(PSQLException refused) {
        Optional<ServerErrorMessage> server = Optional.ofNullable(refused.getServerErrorMessage());
        String line = server.map(ServerErrorMessage::getWhere)
                .map(LINE::matcher)
                .filter(Matcher::find)
                .map(found -> "line " + found.group(1) + " of the payment file")
                .orElse("the payment file");
        return new PartnerException.InvalidInput(line + " is refused: "
                + server.map(ServerErrorMessage::getMessage).orElse("it is no CSV")
                + "; nothing was compared. Give a CSV file with the header " + COLUMNS);
    }
}
