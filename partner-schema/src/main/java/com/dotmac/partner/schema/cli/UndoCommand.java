package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Migration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description =
                "Undoes migrations, all in one transaction; refuses to lose the rows of a table that --lose does not name.")
final class UndoCommand extends SchemaCommand {

    @Option(names = "--to", required = true, description = "The highest version that stays applied; 0 undoes all.")
    private int version;

    @Option(names = "--lose", split = ",", description = "Tables whose rows may be lost, separated by commas.")
    private Set<String> losing = Set.of();

    @Override
    int run(PartnerSchema schema, Output output) {
        List<Migration> undone = schema.undo(version, losing);
        output.result(
                undone.isEmpty() ? "Nothing to do." : undone.size() + " migrations undone.",
                Map.of("undone", undone.stream().map(Migration::script).toList()));
        return ExitCode.CLEAN;
    }
}
