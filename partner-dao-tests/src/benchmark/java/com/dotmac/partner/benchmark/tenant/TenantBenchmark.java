package com.dotmac.partner.benchmark.tenant;

import com.dotmac.partner.benchmark.basics.Line;
import java.util.ArrayList;
import java.util.List;

/** The benchmarks of a tenant with many events; all of them use the same loaded tenants. */
public final class TenantBenchmark {

    private static final int FEWER = 10;

    private TenantBenchmark() {}

    public static List<Line> run(int events) throws Exception {
        List<Line> lines = new ArrayList<>();
        try (LoadedTenant few = LoadedTenant.of(events / FEWER);
                LoadedTenant many = LoadedTenant.of(events)) {
            lines.addAll(ReadingBenchmark.run(many));
            lines.addAll(ProofBenchmark.run(few, many));
            lines.addAll(ClosingBenchmark.run(few, many));
        }
        return lines;
    }
}
