package com.dotmac.partner.dao.support;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.zaxxer.hikari.HikariDataSource;

/** Connections that are used again, as applications have them: a new one reads the catalog and compiles the guards first. */
public final class Pool {

    private Pool() {}

    public static HikariDataSource of(PartnerDatabase database) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(10);
        pool.setMinimumIdle(1);
        return pool;
    }
}
