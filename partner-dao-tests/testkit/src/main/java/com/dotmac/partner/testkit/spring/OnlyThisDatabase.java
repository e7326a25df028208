package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

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
        List<String> candidates = Stream.of(beans.getBeanNamesForType(DataSource.class, false, false))
                .filter(this::isCandidate)
                .toList();
        boolean isPrimary = beans.containsBeanDefinition(name)
                && beans.getBeanDefinition(name).isPrimary();
        return isPrimary || candidates.equals(List.of(name));
    }

    private boolean isCandidate(String name) {
        if (!beans.containsBeanDefinition(name)) {
            return true;
        }
        BeanDefinition bean = beans.getBeanDefinition(name);
        return bean.isAutowireCandidate() && (!(bean instanceof AbstractBeanDefinition of) || of.isDefaultCandidate());
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
