package com.dotmac.partner.dao.spring;

import com.dotmac.partner.dao.payouts.internal.UnsettledAttemptSql;
import com.dotmac.partner.dao.payouts.internal.UnsettledAttemptSql.Count;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** What an alert is for: payments that somebody has to look after, of all tenants. No gauge names a tenant. */
final class PartnerMeters implements MeterBinder {

    private static final Log LOG = LogFactory.getLog(PartnerMeters.class);

    /** The gauges of a scrape are from one count, and several registries do not count more often. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** A count that waits for a connection in vain holds up a scrape: the next scrapes do not wait too. */
    private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);

    private static final int SECONDS_TO_ANSWER = 5;

    private final DSLContext dsl;

    private @Nullable Count last;
    private long countedAt;
    private boolean isCounted;
    private boolean hasFailed;

    PartnerMeters(DataSource dataSource) {
        dsl = DSL.using(dataSource, SQLDialect.POSTGRES, new Settings().withQueryTimeout(SECONDS_TO_ANSWER));
    }

    /** Without the right to see all tenants there is no gauge: a zero would say that all is well. */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (seesOneTenantOnly()) {
            LOG.info("Row security hides tenants from the role of this application: there are no gauges partner.*");
            return;
        }
        Gauge.builder("partner.attempts.unresolved", this, meters -> meters.value(Count::unresolved))
                .description("Payment attempts of which nobody knows the outcome: ask the provider")
                .register(registry);
        Gauge.builder("partner.leases.expired", this, meters -> meters.value(Count::expiredLeases))
                .description("Payment attempts without an outcome whose lease has ended: no worker claims")
                .register(registry);
        TimeGauge.builder(
                        "partner.attempts.unresolved.age",
                        this,
                        TimeUnit.SECONDS,
                        meters -> meters.value(Count::secondsUnresolved))
                .description("Since the oldest unresolved payment attempt became unknown")
                .register(registry);
    }

    /** Of a database that does not answer now nobody knows: the gauges are there, and say so. */
    private boolean seesOneTenantOnly() {
        try {
            return count().isEmpty();
        } catch (DataAccessException failed) {
            return false;
        }
    }

    private double value(ToDoubleFunction<Count> value) {
        Count counted = counted();
        return counted == null ? Double.NaN : value.applyAsDouble(counted);
    }

    private synchronized @Nullable Count counted() {
        if (!isCounted || System.nanoTime() - countedAt > (hasFailed ? AFTER_A_FAILURE : FRESH).toNanos()) {
            last = countOrNothing();
            // After the count: one that waits for a connection in vain is not repeated for each gauge.
            countedAt = System.nanoTime();
            isCounted = true;
        }
        return last;
    }

    private @Nullable Count countOrNothing() {
        try {
            Count count = count().orElseThrow(() ->
                    new DataAccessException("row security hides tenants from the role of this application"));
            hasFailed = false;
            return count;
        } catch (DataAccessException failed) {
            if (!hasFailed) {
                LOG.warn("The gauges partner.* have no value: " + failed.getMessage());
            }
            hasFailed = true;
            return null;
        }
    }

    private Optional<Count> count() {
        return dsl.transactionResult(transaction -> new UnsettledAttemptSql(transaction.dsl()).count());
    }
}
