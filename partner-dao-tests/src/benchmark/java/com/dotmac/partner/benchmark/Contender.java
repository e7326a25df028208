package com.dotmac.partner.benchmark;

import com.dotmac.partner.dao.NewCommission;
import com.dotmac.partner.dao.Sale;
import javax.sql.DataSource;

/** One way to do the work of a single call, with every guarantee: the key, the lookups, the event, one transaction. */
interface Contender extends AutoCloseable {

    /** @return what was stored, for JMH to see that it is used */
    Object record(NewCommission commission);

    Object accrue(Sale sale);

    @Override
    default void close() {}

    static Contender named(String name, DataSource dataSource, Shop shop) {
        return switch (name) {
            case "partner-dao" -> new PartnerDaoContender(dataSource);
            case "JDBC" -> new JdbcContender(dataSource, shop);
            case "Hibernate" -> new HibernateContender(dataSource);
            case "JDBI" -> new JdbiContender(dataSource);
            default -> throw new IllegalArgumentException("no contender is named " + name);
        };
    }
}
