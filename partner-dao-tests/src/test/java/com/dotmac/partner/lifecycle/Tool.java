package com.dotmac.partner.lifecycle;

import com.dotmac.partner.schema.cli.CommandLineTool;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line, run in this JVM, or as a process of its own. */
final class Tool {

    /** How it ended and what it printed. */
    record Run(int status, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<String> lines() {
            return out.lines().toList();
        }
    }

    private Tool() {}

    /** In this JVM, on this database as its owner. The password is in the URL: this JVM's environment cannot be set. */
    static Run run(PartnerDatabase database, String... arguments) {
        String separator = database.url().contains("?") ? "&" : "?";
        return run(as(database.user(), database.url() + separator + "password=" + database.password(), arguments));
    }

    static Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine tool = CommandLineTool.commandLine();
        tool.setOut(new PrintWriter(out));
        tool.setErr(new PrintWriter(err));
        int status = tool.execute(arguments.toArray(String[]::new));
        return new Run(status, out.toString(), err.toString());
    }

    /** The arguments, and those that name the database and its owner. */
    static List<String> on(PartnerDatabase database, String... arguments) {
        return as(database.user(), database.url(), arguments);
    }

    private static List<String> as(String user, String url, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", url, "--user", user));
        return all;
    }

    /** As a process, on the class path of the tests. */
    static CompletableFuture<Run> start(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                CommandLineTool.class.getName()));
        command.addAll(arguments);
        return startCommand(environment, command);
    }

    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    static CompletableFuture<Run> startCommand(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            return process.onExit().thenApply(ended -> new Run(ended.exitValue(), out.join(), err.join()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String text(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
