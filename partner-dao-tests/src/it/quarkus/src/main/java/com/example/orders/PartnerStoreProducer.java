package com.example.orders;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.schema.SchemaGuard;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The store of the service. Over a DSLContext it takes part in the transaction of the caller. */
class PartnerStoreProducer {

    @Produces
    @Singleton
    PartnerStore partnerStore(AgroalDataSource dataSource) {
        return PartnerStore.create(DSL.using(dataSource, SQLDialect.POSTGRES)).isolated();
    }

    /** The service does not start on a schema that the library was not built for. */
    void check(@Observes StartupEvent start, AgroalDataSource dataSource) {
        SchemaGuard.ofSearchPath().linkedToHost().isolated().require(dataSource);
    }
}
