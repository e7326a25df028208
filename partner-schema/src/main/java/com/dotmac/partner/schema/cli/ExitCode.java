package com.dotmac.partner.schema.cli;

/** What the command line returns to the shell. */
final class ExitCode {

    static final int CLEAN = 0;
    static final int FOUND = 1;
    static final int COULD_NOT_RUN = 2;

    private ExitCode() {}
}
