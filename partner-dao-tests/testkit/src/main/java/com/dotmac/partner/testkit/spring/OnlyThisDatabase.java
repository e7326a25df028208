package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Refuses an application whose data source does not connect to the database of the test: it makes its {@code DataSource} without the
 * properties of Spring Boot, so its tests would write to a database of their own choice. Looks when the bean is made, before
 * anything uses it. Beside a primary data source others may connect where they like.
 */
record OnlyThisDatabase(ConfigurableListableBeanFactory beans, PartnerDatabase database) implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof DataSource source && isTheApplications(name)) {
            String place = place(source);
            if (!place.equals(place(database.dataSource()))) {
                throw new IllegalStateException("@AutoConfigurePartnerDatabase: the data source \"" + name
                        + "\" of the application does not connect to the database of the test, but: " + place
                        + ". A DataSource bean of your own takes its url, user and password from spring.datasource.*, which the"
                        + " test kit sets.");
            }
        }
        return bean;
    }

    private boolean isTheApplications(String name) {
        boolean isPrimary = beans.containsBeanDefinition(name)
                && beans.getBeanDefinition(name).isPrimary();
        return isPrimary || beans.getBeanNamesForType(DataSource.class, false, false).length == 1;
    }

    /** The address and database of its connections, without parameters; why it has none, if it does not connect. */
    private static String place(DataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getURL().replaceFirst("\\?.*", "");
        } catch (SQLException | RuntimeException failed) {
            return String.valueOf(failed.getMessage());
        }
    }
}
