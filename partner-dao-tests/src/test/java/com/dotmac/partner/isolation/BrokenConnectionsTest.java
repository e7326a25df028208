package com.dotmac.partner.isolation;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver fails in a call of one tenant; the next caller of the pooled connection is in no transaction. */
@ExtendWith(PartnerDatabaseExtension.class)
class BrokenConnectionsTest {

    /** Each begins and ends its transaction in another way. */
    enum Call {
        READ {
            @Override
            void of(PartnerScope scope, UUID partner) {
                scope.partners().find(partner);
            }
        },
        CLAIM {
            @Override
            void of(PartnerScope scope, UUID partner) {
                scope.payouts().claim(1, "worker-1", Duration.ofMinutes(5));
            }
        },
        WRITE {
            @Override
            void of(PartnerScope scope, UUID partner) {
                scope.partners().hold(partner, newKey());
            }
        },
        STREAM {
            @Override
            void of(PartnerScope scope, UUID partner) {
                scope.commissions().stream(CommissionQuery.all(), CommissionOrder.FIRST_RECORDED_FIRST)
                        .close();
            }
        };

        abstract void of(PartnerScope scope, UUID partner);
    }

    private final PartnerDatabase database;
    private final HikariDataSource pool = new HikariDataSource();
    private final PartnerStore store;
    private @Nullable Throwable failure;
    private boolean transactionsCannotEnd;

    BrokenConnectionsTest(PartnerDatabase database) {
        this.database = database;
        pool.setDataSource(proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(database.dataSource(), method, arguments);
            return result instanceof Connection connection ? failing(connection) : result;
        }));
        pool.setMaximumPoolSize(1);
        pool.setConnectionTimeout(10_000);
        store = database.store(pool);
    }

    @BeforeEach
    void with_row_security() {
        assumeThat(System.getProperty("partner.isolated"))
                .as("without row security a call tells no tenant")
                .isNotEqualTo("false");
    }

    @AfterEach
    void the_pool_ends() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void the_next_caller_is_in_no_transaction(Call call) throws SQLException {
        UUID ofAcme = partner("acme");
        UUID ofBeta = partner("beta");
        for (Throwable thrown : List.of(
                new SQLException("no answer"), new IllegalStateException("a wrapper"), new OutOfMemoryError("heap"))) {
            for (boolean cannotEnd : List.of(false, true)) {
                failure = thrown;
                transactionsCannotEnd = cannotEnd;
                Throwable failed = catchThrowable(() -> call.of(tenant("acme"), ofAcme));
                transactionsCannotEnd = false;

                assertThat(Stream.iterate(failed, Objects::nonNull, Throwable::getCause))
                        .as("what the caller is told")
                        .contains(thrown);
                try (Connection next = pool.getConnection()) {
                    DSLContext plain = DSL.using(next, SQLDialect.POSTGRES);
                    assertThat(plain.fetchValue("select coalesce(current_setting('partner.tenant', true), '')"))
                            .as("the tenant after %s, transactions cannot end: %s", thrown, cannotEnd)
                            .isEqualTo("");
                    assertThat(plain.fetch("select from partners")).isEmpty();
                }
                assertThat(tenant("beta").partners().find(ofAcme)).isEmpty();
                assertThat(tenant("beta").partners().find(ofBeta)).isPresent();
            }
        }
    }

    private PartnerScope tenant(String name) {
        return store.tenant(name).actingAs("user:42");
    }

    private UUID partner(String tenant) {
        return database.store()
                .tenant(tenant)
                .actingAs("user:42")
                .partners()
                .register(NewPartner.named(newKey(), "Northwind"))
                .value()
                .id();
    }

    private Connection failing(Connection real) {
        return proxy(Connection.class, (self, method, arguments) -> {
            boolean ends =
                    switch (method.getName()) {
                        case "createStatement", "commit", "rollback" -> true;
                        case "setAutoCommit" -> (boolean) arguments[0];
                        default -> false;
                    };
            if (ends && transactionsCannotEnd) {
                throw new SQLException("no transaction ends");
            }
            Object result = call(real, method, arguments);
            return result instanceof PreparedStatement statement ? failing((Connection) self, statement) : result;
        });
    }

    /** It fails once, after the first part of a text that the driver sends in two. */
    private PreparedStatement failing(Connection owner, PreparedStatement real) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().equals("getConnection")) {
                return owner;
            }
            Throwable thrown = failure;
            if (thrown != null && method.getName().startsWith("execute")) {
                failure = null;
                try (Statement first = real.getConnection().createStatement()) {
                    first.execute("begin; select set_config('partner.tenant', 'acme', true)");
                }
                throw thrown;
            }
            return call(real, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
