package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command: it does one operation on a schema and returns an exit code. */
abstract class SchemaCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() {
        Output output = output();
        return run(target.schema(output), output);
    }

    final Output output() {
        return new Output(spec.commandLine(), target.json());
    }

    abstract int run(PartnerSchema schema, Output output);
}
