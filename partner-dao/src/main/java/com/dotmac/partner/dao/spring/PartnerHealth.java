package com.dotmac.partner.dao.spring;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.SchemaReport;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/** What the guard finds now, for the health endpoint: somebody may migrate or undo while the application runs. */
final class PartnerHealth {

    private final DataSource dataSource;
    private final SchemaGuard guard;

    PartnerHealth(DataSource dataSource, PartnerProperties properties) {
        this.dataSource = dataSource;
        guard = properties.schemaGuard();
    }

    /** @param details what an operator reads, without the command that a deployment step runs */
    record Finding(boolean isUp, Map<String, Object> details) {}

    Finding finding() {
        SchemaReport report = guard.report(dataSource);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("schema", report.schema());
        details.put("verdict", report.verdict());
        report.current().ifPresent(version -> details.put("version", version));
        details.put("expected", report.expected());
        if (!report.verdict().isAllowed()) {
            details.put("finding", report.finding());
        }
        return new Finding(report.verdict().isAllowed(), details);
    }
}
