package com.dotmac.partner.schema.cli;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.CatalogFact;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = "Prints each fact of the catalog about the partner tables on a line, to compare two databases.")
final class SnapshotCommand extends SchemaCommand {

    @Override
    int run(PartnerSchema schema, Output output) {
        Set<CatalogFact> facts = schema.snapshot();
        output.result(
                facts.stream().map(CatalogFact::toString).collect(joining(System.lineSeparator())),
                Map.of("facts", facts));
        return ExitCode.CLEAN;
    }
}
