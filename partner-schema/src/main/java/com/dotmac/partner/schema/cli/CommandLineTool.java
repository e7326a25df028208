package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar partner-schema-VERSION-cli.jar}: exit code 0 clean, 1 found something, 2 could not run. */
@Command(
        name = "partner-schema",
        description = "Migrates, compares and looks after the partner tables of a database.",
        mixinStandardHelpOptions = true,
        versionProvider = LibraryVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:clean, or done",
            "1:found something: pending, drifted, to be adopted",
            "2:could not run, or refused"
        },
        subcommands = {
            InfoCommand.class,
            MigrateCommand.class,
            PlanCommand.class,
            VerifyCommand.class,
            DriftCommand.class,
            AdoptCommand.class,
            UndoCommand.class,
            SnapshotCommand.class
        })
public final class CommandLineTool {

    /** Held, since the JVM forgets the level of a logger that nobody holds. What Flyway has to say comes as exceptions. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    /** The driver warns of a URL that it does not understand by repeating it, with a password that may be in it. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private CommandLineTool() {}

    public static void main(String[] arguments) {
        FLYWAY.setLevel(Level.OFF);
        DRIVER.setLevel(Level.OFF);
        System.exit(commandLine().execute(arguments));
    }

    /** For tests as well: its streams and exit code are the program's. */
    public static CommandLine commandLine() {
        return new CommandLine(new CommandLineTool())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(failed -> ExitCode.COULD_NOT_RUN)
                .setExecutionExceptionHandler((failed, line, parsed) -> {
                    boolean expected =
                            failed instanceof PartnerSchemaException || failed instanceof IllegalArgumentException;
                    if (!expected || !(line.getCommand() instanceof SchemaCommand command)) {
                        throw failed;
                    }
                    command.output().failed(failed.getMessage());
                    return ExitCode.COULD_NOT_RUN;
                });
    }
}
