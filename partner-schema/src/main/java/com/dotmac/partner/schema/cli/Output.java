package com.dotmac.partner.schema.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results go to standard output, as text or as one JSON object; progress and errors go to standard error. */
final class Output {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    Output(CommandLine command, boolean json) {
        out = command.getOut();
        err = command.getErr();
        this.json = json;
    }

    /** Prints the result: the text for people, or the object for programs. */
    void result(String text, Map<String, ?> object) {
        out.println(json ? JSON.writeValueAsString(object) : text);
        out.flush();
    }

    void progress(String line) {
        err.println(line);
        err.flush();
    }

    void failed(String message) {
        if (json) {
            out.println(JSON.writeValueAsString(Map.of("error", message)));
            out.flush();
        }
        err.println("error: " + message);
        err.flush();
    }
}
