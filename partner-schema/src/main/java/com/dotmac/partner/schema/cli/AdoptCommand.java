package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "adopt", mixinStandardHelpOptions = true, description = "Takes over partner tables without a history.")
final class AdoptCommand extends SchemaCommand {

    @Override
    int run(PartnerSchema schema, Output output) {
        output.result("", Map.of());
        return CommandLineTool.COULD_NOT_RUN;
    }
}
