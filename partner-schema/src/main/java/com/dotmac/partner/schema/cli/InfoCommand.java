package com.dotmac.partner.schema.cli;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.MigrationStatus;
import com.dotmac.partner.schema.catalog.MigrationStatus.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "Lists every migration and its state; exit code 1 when something is pending or wrong.")
final class InfoCommand extends SchemaCommand {

    private static final Set<State> CLEAN = Set.of(State.APPLIED, State.LEFT_OUT);

    @Override
    int run(PartnerSchema schema, Output output) {
        List<MigrationStatus> migrations = schema.info();
        output.result(
                migrations.stream().map(InfoCommand::line).collect(joining(System.lineSeparator())),
                Map.of(
                        "migrations",
                        migrations.stream().map(InfoCommand::object).toList()));
        return migrations.stream().allMatch(migration -> CLEAN.contains(migration.state()))
                ? ExitCode.CLEAN
                : ExitCode.FOUND;
    }

    private static String line(MigrationStatus migration) {
        String applied = migration.appliedAt().map(at -> "  " + at).orElse("")
                + migration.appliedBy().map(by -> "  by " + by).orElse("");
        return "%4d  %-36s %-9s%s"
                .formatted(migration.version(), migration.description(), word(migration.state()), applied)
                .stripTrailing();
    }

    private static Map<String, Object> object(MigrationStatus migration) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("version", migration.version());
        object.put("description", migration.description());
        object.put("state", word(migration.state()));
        migration.appliedAt().map(Instant::toString).ifPresent(at -> object.put("appliedAt", at));
        migration.appliedBy().ifPresent(by -> object.put("appliedBy", by));
        return object;
    }

    private static String word(State state) {
        return state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
