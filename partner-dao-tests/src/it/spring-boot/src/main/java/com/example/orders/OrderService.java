package com.example.orders;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.partners.NewPartner;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Writes a row of its own and a partner in one transaction. */
@Service
class OrderService {

    private final JdbcTemplate jdbc;
    private final PartnerStore store;

    OrderService(JdbcTemplate jdbc, PartnerStore store) {
        this.jdbc = jdbc;
        this.store = store;
    }

    @Transactional
    public void order(String partner, boolean fails) {
        UUID customer = UUID.randomUUID();
        jdbc.update("insert into customers values (?)", customer);
        jdbc.update("insert into orders values (?, ?)", UUID.randomUUID(), customer);
        store.tenant("acme").actingAs("user:1").partners().register(NewPartner.named(partner, "Northwind"));
        if (fails) {
            throw new IllegalStateException("the order fails");
        }
    }
}
