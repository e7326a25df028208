package com.example;

import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;

/** Pays the commission of one sale, and says what it has paid. */
public final class Application {

    private Application() {}

    /** @param arguments the database's URL, user and password; the customer; the invoice */
    public static void main(String[] arguments) {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(arguments[0]);
            pool.setUsername(arguments[1]);
            pool.setPassword(arguments[2]);
            pool.setMaximumPoolSize(2);
            UUID customer = UUID.fromString(arguments[3]);
            Commissions commissions = new Commissions(pool);
            commissions.partnerOf(customer);
            commissions.pay(customer, UUID.fromString(arguments[4]), "1250.00", payout -> {
                System.out.println("paid " + payout.attempt().amount());
                return payout.attempt().providerKey();
            });
        }
    }
}
