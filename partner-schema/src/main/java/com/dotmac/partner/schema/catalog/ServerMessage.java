package com.dotmac.partner.schema.catalog;

import java.util.ArrayList;
import java.util.List;

/** A message of PostgreSQL on one line. It names the key of a refused row, but not its other columns. */
public final class ServerMessage {

    private ServerMessage() {}

    /** The message of this exception. */
    public static String of(Throwable failed) {
        List<String> parts = new ArrayList<>();
        for (String line : String.valueOf(failed.getMessage()).split("\n")) {
            String part = line.strip();
            if (part.startsWith("Detail: Failing row contains (")) {
                // Our tables begin with tenant and id.
                String[] columns = part.substring("Detail: Failing row contains (".length())
                        .split(", ", 3);
                parts.add("row " + columns[0] + ", " + columns[1]);
            } else if (!part.isEmpty() && !part.startsWith("Where:") && !part.startsWith("Position:")) {
                parts.add(part);
            }
        }
        return String.join("; ", parts);
    }
}
