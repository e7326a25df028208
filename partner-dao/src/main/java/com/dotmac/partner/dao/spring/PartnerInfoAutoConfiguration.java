package com.dotmac.partner.dao.spring;

import com.dotmac.partner.schema.PartnerSchema;
import java.util.Map;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The versions of the library and of the schema that it needs, on the info endpoint. */
@AutoConfiguration
@ConditionalOnClass(InfoContributor.class)
class PartnerInfoAutoConfiguration {

    @Bean
    InfoContributor partnerInfoContributor() {
        return info -> info.withDetail(
                "partner",
                Map.of("library", PartnerSchema.libraryVersion(), "schemaVersion", PartnerSchema.newestVersion()));
    }
}
