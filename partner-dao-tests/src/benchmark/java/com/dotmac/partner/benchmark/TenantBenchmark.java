package com.dotmac.partner.benchmark;

import java.util.ArrayList;
import java.util.List;

/** What is asked of a tenant with many events; each load serves every question. */
final class TenantBenchmark {

    private static final int FEWER = 10;

    private TenantBenchmark() {}

    static List<Line> run(int events) throws Exception {
        List<Line> lines = new ArrayList<>();
        try (LoadedTenant few = LoadedTenant.of(events / FEWER);
                LoadedTenant many = LoadedTenant.of(events)) {
            lines.addAll(ReadingBenchmark.run(many));
            lines.addAll(ClosingBenchmark.run(few, many));
        }
        return lines;
    }
}
