package com.dotmac.partner.testkit;

import com.dotmac.partner.schema.migration.HostTables;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** What {@link WithHostSchema} says. Equal if the annotations are. */
record AnnotatedHostSchema(List<String> flyway, List<String> scripts, Class<? extends HostSchema> type)
        implements HostSchema {

    static HostSchema of(Class<?> test) {
        return TestClasses.annotation(test, WithHostSchema.class)
                .<HostSchema>map(annotation -> new AnnotatedHostSchema(
                        List.of(annotation.flyway()), List.of(annotation.scripts()), annotation.value()))
                .orElse(STANDINS);
    }

    @Override
    public void create(DataSource owner) throws Exception {
        if (!flyway.isEmpty()) {
            Flyway.configure()
                    .dataSource(owner)
                    .locations(flyway.toArray(String[]::new))
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
        }
        for (String script : scripts) {
            run(script, owner);
        }
        other().create(owner);
    }

    @Override
    public HostTables tables() {
        return other().tables();
    }

    private static void run(String script, DataSource owner) throws IOException, SQLException {
        try (InputStream resource =
                Thread.currentThread().getContextClassLoader().getResourceAsStream(script)) {
            if (resource == null) {
                throw new IllegalStateException("the class path has no script " + script);
            }
            try (Connection connection = owner.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
            } catch (SQLException refused) {
                throw new IllegalStateException("the script " + script + " failed: " + refused.getMessage(), refused);
            }
        }
    }

    private HostSchema other() {
        if (type == HostSchema.class) {
            return STANDINS;
        }
        try {
            Constructor<? extends HostSchema> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(
                    type.getName() + " needs a constructor without parameters that does not fail", failed);
        }
    }
}
