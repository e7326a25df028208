package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = "Applies what is pending, each migration in a transaction of its own.")
final class MigrateCommand extends SchemaCommand {

    @Override
    int run(PartnerSchema schema, Output output) {
        List<String> applied = schema.migrate();
        output.result(
                applied.isEmpty() ? "Nothing to do." : applied.size() + " migrations applied.",
                Map.of("applied", applied));
        return ExitCode.CLEAN;
    }
}
