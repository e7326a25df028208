package com.example.orders;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** PostgreSQL with the partner tables and those of the service, before Quarkus starts. */
public final class Database implements QuarkusTestResourceLifecycleManager {

    private PartnerDatabaseServer server;

    @Override
    public Map<String, String> start() {
        server = new PartnerDatabaseServer();
        PartnerDatabase database = server.create();
        String application = database.dataSource().getUser();
        database.sql().execute("create table orders (customer_id uuid not null references customers)");
        database.sql().execute("grant select, insert on orders to \"" + application + "\"");
        return Map.of(
                "quarkus.datasource.jdbc.url",
                database.url(),
                "quarkus.datasource.username",
                application,
                "quarkus.datasource.password",
                database.dataSource().getPassword());
    }

    @Override
    public void stop() {
        server.close();
    }
}
