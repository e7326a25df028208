package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.SchemaReport;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Reports whether an application built with this library may start; exit code 1 when it may not.")
final class VerifyCommand extends SchemaCommand {

    @Override
    int run(PartnerSchema schema, Output output) {
        SchemaReport report = schema.verify();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("verdict", report.verdict().name());
        object.put("allowed", report.verdict().isAllowed());
        object.put("schema", report.schema());
        report.current().ifPresent(version -> object.put("current", version));
        object.put("expected", report.expected());
        object.put("pending", report.pending().stream().map(Migration::version).toList());
        object.put("message", report.message());
        output.result(report.message(), object);
        return report.verdict().isAllowed() ? ExitCode.CLEAN : ExitCode.FOUND;
    }
}
