package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import java.util.List;
import javax.sql.DataSource;

/** One way to do the work of a single call, with every guarantee: the key, the lookups, the event, one transaction. */
interface Contender extends AutoCloseable {

    List<String> NAMES = List.of("partnerDao", "jdbc", "hibernate", "jdbi");

    /** @return the stored row, so that JMH sees that the result is used */
    Object record(NewCommission commission);

    Object accrue(Sale sale);

    @Override
    default void close() {}

    static Contender named(String name, DataSource dataSource, Shop shop) {
        return switch (name) {
            case "partnerDao" -> new PartnerDaoContender(dataSource);
            case "jdbc" -> new JdbcContender(dataSource, shop);
            case "hibernate" -> new HibernateContender(dataSource);
            case "jdbi" -> new JdbiContender(dataSource);
            default -> throw new IllegalArgumentException("no contender is named " + name);
        };
    }
}
