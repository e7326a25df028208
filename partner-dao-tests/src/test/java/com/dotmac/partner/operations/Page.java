package com.dotmac.partner.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.schema.cli.CommandLineTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of {@code docs/operations.md}, run by a shell as the page shows them. Each block has a name. */
public final class Page {

    /** A block of commands and the name that the comment before it gives. */
    private static final Pattern BLOCK = Pattern.compile("(?s)<!-- run: ([a-z ]+) -->\n```[a-z]*\n(.*?)```");

    private static final Path FILE = Path.of("..", "docs", "operations.md");

    private final Map<String, String> environment;
    private final Path directory;

    /**
     * @param environment what the page expects there
     * @param directory in which the commands run
     */
    Page(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The blocks that are run, by name. */
    public static Map<String, String> blocks() throws IOException {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(text());
        while (block.find()) {
            assertThat(blocks.put(block.group(1), block.group(2))).isNull();
        }
        return blocks;
    }

    /** Runs the block, requires that it ends well, and returns what it printed. */
    String run(String name) throws Exception {
        String commands = blocks().get(name);
        assertThat(commands).as("a block of the name %s", name).isNotNull();
        return runs(name, commands);
    }

    /** Skips the test where a program is not installed. */
    void needs(String program) throws Exception {
        assumeTrue(start(program + " --version").process().exitValue() == 0, "there is no " + program + " here");
    }

    String runs(String name, String commands) throws Exception {
        Shell shell = start(commands);
        assertThat(shell.process().exitValue())
                .as("%s:%n%s", name, shell.said())
                .isZero();
        return shell.said();
    }

    private record Shell(Process process, String said) {}

    private Shell start(String commands) throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElse("java");
        String function = "partner-schema() { '" + java + "' -cp '" + System.getProperty("java.class.path") + "' "
                + CommandLineTool.class.getName() + " \"$@\"; }\n";
        Path said = Files.createTempFile(directory, "said", ".txt");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", function + commands)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        shell.environment().keySet().removeIf(name -> name.startsWith("PG"));
        shell.environment().putAll(environment);
        Process process = shell.start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process.waitFor();
            throw new IllegalStateException("it did not end: " + Files.readString(said, StandardCharsets.UTF_8));
        }
        return new Shell(process, Files.readString(said, StandardCharsets.UTF_8));
    }
}
