package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.migration.RolesScript;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Needs no database: it prints what somebody runs. */
@Command(
        name = "roles",
        mixinStandardHelpOptions = true,
        description = "Prints the SQL that creates the roles of the partner tables and gives each role its rights.")
final class RolesCommand implements Callable<Integer> {

    @Option(names = "--owner", required = true, description = "Role that migrates and owns the tables.")
    private String owner = "";

    @Option(names = "--application", required = true, description = "Role of the applications that use the library.")
    private String application = "";

    @Option(names = "--reader", description = "Role that reads the tables, and reconciles the provider's files.")
    private @Nullable String reader;

    @Option(names = "--operator", description = "Role that resolves payments of all tenants.")
    private @Nullable String operator;

    @Option(names = "--schema", defaultValue = "public", description = "Default: ${DEFAULT-VALUE}.")
    private String schema = "";

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        String script = script();
        new Output(spec.commandLine(), json).result(script.stripTrailing(), Map.of("script", script));
        return ExitCode.CLEAN;
    }

    private String script() {
        try {
            return new RolesScript(schema, owner, application, reader, operator).script();
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
    }
}
