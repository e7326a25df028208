package com.dotmac.partner.schema.catalog;

/** Repairs of what a person administers: parents and children of tables, owners, rights, settings, replication. */
final class Administration {

    private static final String REPLICA_ROLE = "session_replication_role";

    private Administration() {}

    /** The statement that undoes what was found. */
    static String undo(CatalogFact fact) {
        return switch (fact.kind()) {
            case "inheritance" -> leave(fact);
            case "subscription" ->
                "-- by hand: what arrives by the subscription " + fact.part()
                        + " is written past every guard. If it is no longer needed, drop subscription " + fact.part()
                        + "; it may bring other tables too";
            case "setting" ->
                fact.name().equals("server")
                        ? "-- by hand: this session has it from the server's configuration or from its own options;"
                                + " take " + REPLICA_ROLE + " out of them"
                        : "alter " + fact.name() + " reset " + REPLICA_ROLE + ";";
            case "extension member" ->
                "alter extension " + fact.part() + " drop " + fact.definition() + " " + fact.table() + ";";
            case "replica identity" -> "alter table " + fact.name() + " replica identity default;";
            case "owner" ->
                "alter " + fact.name() + " owner to " + fact.definition().replaceFirst("(?s).* instead of ", "") + ";";
            case "grant" -> rights("revoke", fact, " to ", "from");
            case "revoke" -> rights("grant", fact, " from ", "to");
            default -> throw new IllegalArgumentException(fact.toString());
        };
    }

    private static String leave(CatalogFact fact) {
        return switch (fact.definition()) {
            case "is a partition of it" -> "alter table " + fact.part() + " detach partition " + fact.table() + ";";
            case "is its parent" ->
                "alter table " + fact.part() + " no inherit " + fact.table()
                        + "; -- its rows no longer count as rows of " + fact.table();
            case "is of this type" -> "alter table " + fact.table() + " not of;";
            default -> "alter table " + fact.table() + " no inherit " + fact.part() + ";";
        };
    }

    /** Of {@code table partners to public}: {@code revoke select on partners from public;}. */
    private static String rights(String verb, CatalogFact fact, String between, String preposition) {
        int at = fact.name().lastIndexOf(between);
        String[] object = fact.name().substring(0, at).split(" ", 2);
        String role = fact.name().substring(at + between.length());
        String rights = fact.definition();
        String on = object[1];
        if (object[0].equals("column")) {
            String column = on.substring(on.indexOf('.') + 1);
            rights = rights.replaceAll("\\w+", "$0 (" + column + ")");
            on = on.substring(0, on.indexOf('.'));
        }
        return verb + " " + rights + " on " + (object[0].equals("function") ? "function " : "") + on + " " + preposition
                + " " + role + ";";
    }
}
