package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The SQL that the library sends, sent by plain JDBC; with row security also that which tells the tenant. */
final class JdbcContender implements Contender {

    private final DataSource dataSource;
    private final SentSql record;
    private final SentSql accrue;

    JdbcContender(DataSource dataSource, Shop shop) {
        this.dataSource = dataSource;
        this.record = told(SentSql.of(
                dataSource, "record-", (acme, key) -> acme.commissions().record(shop.commission(key))));
        this.accrue = told(SentSql.of(
                dataSource, "accrue-", (acme, key) -> acme.commissions().accrue(shop.sale(key))));
    }

    private static SentSql told(SentSql sent) {
        return BenchmarkDatabase.isIsolated() ? sent.telling(Shop.TENANT) : sent;
    }

    @Override
    public Object record(NewCommission commission) {
        return sent(record, commission.key());
    }

    @Override
    public Object accrue(Sale sale) {
        return sent(accrue, sale.key());
    }

    private int sent(SentSql call, String key) {
        try {
            return call.send(dataSource, key);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
