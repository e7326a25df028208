package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import javax.sql.DataSource;

/** Ours, as an application calls it: a scope for each request. */
final class PartnerDaoContender implements Contender {

    private final PartnerStore store;

    PartnerDaoContender(DataSource dataSource) {
        this.store = BenchmarkDatabase.store(dataSource);
    }

    @Override
    public Object record(NewCommission commission) {
        return store.tenant(Shop.TENANT).actingAs(Shop.ACTOR).commissions().record(commission);
    }

    @Override
    public Object accrue(Sale sale) {
        return store.tenant(Shop.TENANT).actingAs(Shop.ACTOR).commissions().accrue(sale);
    }
}
