package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.HostSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Spring finds it by {@code META-INF/spring.factories}. */
final class PartnerDatabaseCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> test, List<ContextConfigurationAttributes> attributes) {
        return TestContextAnnotationUtils.hasAnnotation(test, AutoConfigurePartnerDatabase.class)
                ? new PartnerDatabaseCustomizer(HostSchema.of(test))
                : null;
    }
}
