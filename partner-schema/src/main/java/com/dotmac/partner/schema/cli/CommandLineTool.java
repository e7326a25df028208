package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar partner-schema-VERSION-cli.jar}: exit code 0 clean, 1 found something, 2 could not run. */
@Command(
        name = "partner-schema",
        description = "Migrates, checks and compares the partner tables of a database.",
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
            RolesCommand.class,
            UndoCommand.class,
            SnapshotCommand.class
        })
public final class CommandLineTool {

    /**
     * A field, because the JVM forgets the level of a logger without a reference. Flyway reports its errors by
     * exceptions.
     */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    /** When the driver does not understand a URL, its warning repeats the URL, which may have a password in it. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private CommandLineTool() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        FLYWAY.setLevel(Level.OFF);
        DRIVER.setLevel(Level.OFF);
        System.exit(commandLine().execute(arguments));
    }

    /** Returns the parser of the command line. Tests run it too: its streams and exit code are those of the program. */
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
