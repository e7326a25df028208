package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Prints what migrate would run, history rows included, as a script for psql; changes nothing.")
final class PlanCommand extends SchemaCommand {

    @Override
    int run(PartnerSchema schema, Output output) {
        String script = schema.plan();
        output.result(script.stripTrailing(), Map.of("script", script));
        return ExitCode.CLEAN;
    }
}
