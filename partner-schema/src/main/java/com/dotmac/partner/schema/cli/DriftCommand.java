package com.dotmac.partner.schema.cli;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Difference;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description =
                "Prints each difference between the catalog and what the applied migrations left, and the statement"
                        + " that repairs it; exit code 1 when there is one.")
final class DriftCommand extends SchemaCommand {

    private static final String AGAIN =
            System.lineSeparator() + "This may hide other differences: repair it, then run drift again.";

    @Override
    int run(PartnerSchema schema, Output output) {
        List<Difference> differences = schema.drift();
        output.result(
                differences.isEmpty()
                        ? "No drift."
                        : differences.stream().map(DriftCommand::lines).collect(joining(System.lineSeparator()))
                                + (differences.stream().anyMatch(Difference::hidesOthers) ? AGAIN : ""),
                Map.of(
                        "differences",
                        differences.stream().map(DriftCommand::object).toList()));
        return differences.isEmpty() ? ExitCode.CLEAN : ExitCode.FOUND;
    }

    private static String lines(Difference difference) {
        return difference
                + System.lineSeparator()
                + difference.repair().indent(4).stripTrailing();
    }

    private static Map<String, String> object(Difference difference) {
        return Map.of("difference", difference.toString(), "repair", difference.repair());
    }
}
