package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The SQL that creates the roles of the partner tables, where they are missing, and gives each role its rights. */
public final class RolesScript {

    /** PostgreSQL cuts off what is longer: then the name would be another one. */
    private static final int LONGEST_NAME = 63;

    /** To PostgreSQL these are no names of roles, also when they are quoted: "public" is everybody. */
    private static final Set<String> EVERYBODY_OR_NOBODY = Set.of("public", "none");

    /** A trigger with this name refuses every update of its table. */
    private static final String REFUSES_UPDATES = "partner_refuse_update_of_";

    /** Whoever closes a payout puts its parts into its row, and deletes them. */
    private static final String PARTS = "partner_payout_parts";

    private static final String HISTORY = "partner_schema_history";

    private final String schema;
    private final String owner;
    private final List<String> writers;
    private final @Nullable String reader;
    private final @Nullable String operator;

    /**
     * For roles of these names.
     *
     * @param schema where the partner tables are, or will be
     * @param owner migrates and owns the tables
     * @param application runs the library
     * @param reader reads, and reconciles; null if there is none
     * @param operator resolves payments of all tenants; null if there is none
     * @throws IllegalArgumentException if a name cannot be the name of a role, or two are equal
     */
    public RolesScript(
            String schema, String owner, String application, @Nullable String reader, @Nullable String operator) {
        this.schema = checked("schema", schema);
        this.owner = checked("owner", owner);
        this.writers = Stream.concat(
                        Stream.of(checked("application", application)),
                        Stream.ofNullable(operator).map(name -> checked("operator", name)))
                .toList();
        this.operator = operator;
        this.reader = reader == null ? null : checked("reader", reader);
        if (Set.copyOf(roles()).size() < roles().size()) {
            throw new IllegalArgumentException("two of the roles have the same name: give each a name of its own");
        }
    }

    private static String checked(String what, String name) {
        boolean isPrintable = name.codePoints().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (name.isEmpty() || !isPrintable || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException("the name of the " + what
                    + " cannot be used: give one of 1 to 63 bytes in UTF-8, without control characters");
        }
        if (!what.equals("schema") && (EVERYBODY_OR_NOBODY.contains(name) || name.startsWith("pg_"))) {
            throw new IllegalArgumentException("the name of the " + what + " is " + name
                    + ", which PostgreSQL keeps for itself: give another one");
        }
        return name;
    }

    /** The text of the script. It says the same however often it is run. */
    public String script() {
        return """
               -- The roles of the partner tables, by partner-schema %1$s. Run it with psql as a superuser, in the database, before
               -- the first migrate and again after each: psql -X -f this-file. A run changes nothing that is right already.
               -- The roles get no passwords: set them with \\password.
               \\set ON_ERROR_STOP on
               begin;
               set local standard_conforming_strings = on;
               set local search_path = %2$s;

               %3$s
               -- The owner migrates. It creates the extension btree_gist, for which it needs create on the database. If the host's
               -- tables belong to another role, it also needs references and select on customers, invoices and users.
               -- A trigger on a temporary table is a way around the guards: only the owner%4$s may create one.
               do %5$s
               begin
                   execute format('grant connect, create, temporary on database %%I to %%I', current_database(), %6$s);
                   execute format('revoke temporary on database %%I from public', current_database());
               %7$send
               %5$s;
               %16$s
               -- Whoever may create a table may put a trigger on it, and so come around the guards too.
               revoke create on schema %2$s from public, %9$s;
               grant usage, create on schema %2$s to %8$s;
               grant usage on schema %2$s to %9$s;

               -- What later migrations create, until somebody runs this script again.
               alter default privileges for role %8$s in schema %2$s grant select on tables to %9$s;
               alter default privileges for role %8$s in schema %2$s grant insert on tables to %10$s;

               -- What is there.
               do %5$s
               begin
                   if to_regclass(%11$s) is null then
                       raise notice 'There are no partner tables yet: migrate, then run this script again.';
                       return;
                   end if;
                   revoke all on %12$s from %9$s;
                   grant select on %12$s to %9$s;
                   grant insert on %13$s to %10$s;
               %14$s                   -- What a deleted part held goes into its payout: nothing is lost.
                   grant delete on %15$s to %10$s;
               %17$s               end
               %5$s;
               commit;
               """.formatted(
                        SchemaVersions.ofThisJar().library(),
                        identifier(schema),
                        createdRoles(),
                        reader == null ? "" : " and the reader (reconcile needs it)",
                        tag(),
                        literal(owner),
                        temporary(),
                        identifier(owner),
                        identifiers(others()),
                        identifiers(writers),
                        literal(identifier(schema) + "." + HISTORY),
                        String.join(", ", everything()),
                        String.join(", ", tables()),
                        updates(),
                        PARTS,
                        refusedRoles(),
                        operatorPolicies());
    }

    /** Whoever may update a table as a whole may also lock it as a whole. */
    private String updates() {
        return """
                    -- Column by column: with the right to update a whole table goes the right to lock it, for all tenants.
                    declare
                        rewritten regclass;
                    begin
                        foreach rewritten in array array[%1$s]::regclass[] loop
                            execute (select format('grant update (%%s) on %%s to %%s',
                                                   string_agg(quote_ident(attname), ', ' order by attnum), rewritten, %2$s)
                                     from pg_attribute where attrelid = rewritten and attnum > 0 and not attisdropped);
                        end loop;
                    end;
                """.formatted(
                        rewrittenTables().stream().map(RolesScript::literal).collect(Collectors.joining(", ")),
                        literal(identifiers(writers)));
    }

    /** A role that was there before may have more than this script gives. */
    private String refusedRoles() {
        StringBuilder refused = new StringBuilder();
        for (String role : others()) {
            refused.append("""
                    do %1$s
                    declare
                        this_role pg_roles;
                        found text;
                    begin
                        select * into this_role from pg_roles where rolname = %2$s;
                        if this_role.rolsuper or this_role.rolcreaterole or this_role.rolbypassrls or this_role.rolreplication
                           or pg_has_role(this_role.oid, %3$s, 'member') or pg_has_role(this_role.oid, 'pg_write_all_data', 'member') then
                            raise exception 'role %% may do more than these roles should: it is a superuser, may create roles, bypass policies '
                                'or replicate, or is a member of %% or pg_write_all_data. Take that away, or name another role', %2$s, %3$s;
                        end if;
                        select string_agg(o.oid::regclass::text, ', ' order by o.oid) into found
                        from (select c.oid from pg_class c where c.relowner = this_role.oid and c.relkind in ('r', 'p', 'v') order by 1 limit 5) o;
                        if found is not null then
                            raise warning 'role %% owns relations (%%): a trigger on one comes around the guards of the partner tables. Use a role that owns nothing', %2$s, found;
                        end if;
                        select string_agg(quote_ident(n.nspname), ', ' order by n.nspname) into found
                        from pg_namespace n
                        where n.nspname <> %4$s and n.nspname !~ '^pg_' and has_schema_privilege(this_role.oid, n.oid, 'create');
                        if found is not null then
                            raise warning 'role %% may create tables in schema %%: a trigger on one comes around the guards of the partner tables. Revoke that', %2$s, found;
                        end if;
                    end
                    %1$s;
                    """.formatted(tag(), literal(role), literal(owner), literal(schema)));
        }
        return refused.toString();
    }

    /** Row security would show the operator one tenant at a time. */
    private String operatorPolicies() {
        return operator == null ? "" : """
                    -- With row security: the operator sees all tenants.
                    declare
                        isolated regclass;
                    begin
                        for isolated in
                            select polrelid::regclass from pg_policy t
                            where polname = 'partner_tenant'
                              and polrelid in (select oid from pg_class where relnamespace = to_regnamespace(%1$s))
                              and not exists (select from pg_policy o where o.polrelid = t.polrelid and o.polname = 'partner_operator')
                        loop
                            execute format('create policy partner_operator on %%s to %%I using (true) with check (true)', isolated, %2$s);
                        end loop;
                    end;
                """.formatted(literal(identifier(schema)), literal(operator));
    }

    private String createdRoles() {
        StringBuilder created = new StringBuilder();
        for (String role : roles()) {
            created.append("do %1$s\nbegin\n    if not exists (select from pg_roles where rolname = %2$s) then\n"
                            .formatted(tag(), literal(role)))
                    .append("        create role %s login;\n    end if;\nend\n%s;\n"
                            .formatted(identifier(role), tag()));
        }
        return created.toString();
    }

    private String temporary() {
        StringBuilder lines = new StringBuilder();
        for (String role : others()) {
            String rights = role.equals(reader) ? "connect, temporary" : "connect";
            lines.append("    execute format('grant %s on database %%I to %%I', current_database(), %s);\n"
                    .formatted(rights, literal(role)));
            if (!role.equals(reader)) {
                lines.append(
                        "    execute format('revoke temporary, create on database %%I from %%I', current_database(), %s);\n"
                                .formatted(literal(role)));
            }
        }
        return lines.toString();
    }

    private List<String> roles() {
        return Stream.concat(Stream.of(owner), others().stream()).toList();
    }

    private List<String> others() {
        return Stream.concat(writers.stream(), Stream.ofNullable(reader)).toList();
    }

    private static Set<String> tables() {
        Set<String> tables = names("table");
        tables.remove(HISTORY);
        return tables;
    }

    private static Set<String> rewrittenTables() {
        Set<String> tables = tables();
        SchemaVersions.ofThisJar().newestFacts().stream()
                .filter(fact -> fact.kind().equals("trigger") && fact.part().startsWith(REFUSES_UPDATES))
                .map(CatalogFact::table)
                .forEach(tables::remove);
        return tables;
    }

    private static Set<String> everything() {
        Set<String> names = names("table");
        names.addAll(names("view"));
        names.add(HISTORY);
        return names;
    }

    private static Set<String> names(String kind) {
        Set<String> names = new TreeSet<>();
        SchemaVersions.ofThisJar().newestFacts().stream()
                .filter(fact -> fact.kind().equals(kind))
                .map(CatalogFact::name)
                .forEach(names::add);
        return names;
    }

    /** A dollar quote that no name ends. */
    private String tag() {
        String tag = "$roles$";
        for (int number = 1; (String.join(" ", roles()) + schema).contains(tag); number++) {
            tag = "$roles" + number + "$";
        }
        return tag;
    }

    private static String identifiers(List<String> names) {
        return String.join(", ", names.stream().map(RolesScript::identifier).toList());
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
