package com.example.orders;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.calculation.Sale;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Writes an order of its own and the commission of its sale in one transaction. */
@ApplicationScoped
public class OrderService {

    private final AgroalDataSource dataSource;
    private final PartnerStore store;

    OrderService(AgroalDataSource dataSource, PartnerStore store) {
        this.dataSource = dataSource;
        this.store = store;
    }

    @Transactional
    public void order(Sale sale, boolean fails) throws SQLException {
        insert("insert into orders (customer_id) values (?)", sale.customerId());
        store.tenant("acme").actingAs("user:42").commissions().accrue(sale);
        if (fails) {
            throw new IllegalStateException("the order fails");
        }
    }

    @Transactional
    public void newCustomer(UUID id) throws SQLException {
        insert("insert into customers values (?)", id);
    }

    public int orders() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                ResultSet row = connection.createStatement().executeQuery("select count(*) from orders")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void insert(String sql, UUID value) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setObject(1, value);
            insert.executeUpdate();
        }
    }
}
