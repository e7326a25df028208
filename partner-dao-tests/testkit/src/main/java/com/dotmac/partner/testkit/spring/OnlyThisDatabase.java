package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Refuses an application none of whose data sources connects to the database of the test: it makes its {@code DataSource}
 * without the properties of Spring Boot, so its tests would run on a database of their own choice.
 */
record OnlyThisDatabase(ApplicationContext context, PartnerDatabase database)
        implements ApplicationListener<ContextRefreshedEvent> {

    @Override
    public void onApplicationEvent(ContextRefreshedEvent refreshed) {
        if (refreshed.getApplicationContext() != context) {
            return;
        }
        Map<String, String> found = new LinkedHashMap<>();
        context.getBeansOfType(DataSource.class, false, false)
                .forEach((name, source) -> found.put(name, place(source)));
        if (!found.isEmpty() && !found.containsValue(place(database.dataSource()))) {
            throw new IllegalStateException(
                    "@AutoConfigurePartnerDatabase: no data source of the application connects to the"
                            + " database of the test, but " + found
                            + ". A DataSource bean of your own takes its url, user and password"
                            + " from spring.datasource.*, which the test kit sets.");
        }
    }

    /** The address and database of its connections, without parameters; why it has none, if it does not connect. */
    private static String place(DataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getURL().replaceFirst("\\?.*", "");
        } catch (SQLException failed) {
            return failed.getMessage();
        }
    }
}
