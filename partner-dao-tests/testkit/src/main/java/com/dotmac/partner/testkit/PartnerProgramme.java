package com.dotmac.partner.testkit;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.schema.migration.HostTables;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a test needs before it begins: partners, their customers, what they earned and what they get. It calls the library as
 * a service does; only the rows of the host are written by SQL.
 *
 * <pre>{@code
 * PartnerProgramme programme = PartnerProgramme.in(database, "acme");
 * Partner partner = programme.activePartner("0.10");
 * UUID customer = programme.customerOf(partner);
 * Payout ready = programme.readyPayout(customer, Money.of("500.00", "USD"));
 * }</pre>
 */
public final class PartnerProgramme {

    /** Longer than a test: what is a moment ago for the JVM may be to come for the server. */
    private static final Duration AGO = Duration.ofHours(1);

    private final PartnerDatabase database;
    private final PartnerScope scope;
    private final HostTables host;

    private PartnerProgramme(PartnerDatabase database, PartnerScope scope, HostTables host) {
        this.database = database;
        this.scope = scope;
        this.host = host;
    }

    /** A programme of a tenant, by the actor {@code user:test}. */
    public static PartnerProgramme in(PartnerDatabase database, String tenant) {
        return of(database, database.store().tenant(tenant).actingAs("user:test"));
    }

    /** A programme in a scope of the service. */
    public static PartnerProgramme of(PartnerDatabase database, PartnerScope scope) {
        return new PartnerProgramme(database, scope, HostTables.DEFAULT);
    }

    /** With customers and invoices in these tables of the host. */
    public PartnerProgramme withHost(HostTables tables) {
        return new PartnerProgramme(database, scope, tables);
    }

    /** The library, for all that is not here. */
    public PartnerScope scope() {
        return scope;
    }

    /** An active partner. @param rate fraction, for example {@code "0.125"} */
    public Partner activePartner(String rate) {
        return activePartner(NewPartner.named(newKey("partner"), "Northwind").withDefaultRate(rate));
    }

    /** A partner that is registered as given, for example with a hold, and active. */
    public Partner activePartner(NewPartner partner) {
        UUID id = scope.partners().register(partner).value().id();
        return scope.partners().activate(id, "contract signed").value();
    }

    /** A row of the host's customers that has a key only. A host whose table requires more makes its own rows. */
    public UUID customer() {
        return row("customers");
    }

    /** A row of the host's invoices that has a key only. */
    public UUID invoice() {
        return row("invoices");
    }

    private UUID row(String role) {
        UUID id = UUID.randomUUID();
        String table = host.names().get(role + "_table");
        String key = host.names().get(role + "_key");
        String tenant = host.names().get(role + "_tenant");
        if (tenant == null) {
            database.sql().execute("insert into " + table + " (" + key + ") values (?)", id);
        } else {
            database.sql()
                    .execute(
                            "insert into " + table + " (" + tenant + ", " + key + ") values (?, ?)",
                            scope.tenantId(),
                            id);
        }
        return id;
    }

    /** A new customer that is assigned to the partner, for all time until now too. */
    public UUID customerOf(Partner partner) {
        UUID customer = customer();
        assign(customer, partner);
        return customer;
    }

    /** Assigns a customer that the host made, since 2000. */
    public void assign(UUID customer, Partner partner) {
        Instant since = Instant.parse("2000-01-01T00:00:00Z");
        scope.partners().assign(CustomerAssignment.from(newKey("assignment"), partner.id(), customer, since));
    }

    /** What a sale of an hour ago earns: one event for each partner who takes part. */
    public List<CommissionEvent> sale(UUID customer, Money amount) {
        Instant occurredAt = database.now().minus(AGO);
        return scope.commissions()
                .accrue(new Sale(newKey("sale"), customer, null, amount, occurredAt))
                .events();
    }

    /** The same, approved. An event that is held waits for the end of its hold: {@link PartnerDatabase#advance}. */
    public List<CommissionEvent> approvedCommissions(UUID customer, Money amount) {
        List<UUID> events =
                sale(customer, amount).stream().map(CommissionEvent::id).toList();
        return scope.commissions().approve(events).approved();
    }

    /** Closes what every partner of the tenant has earned until now. */
    public PayoutRun closeAll() {
        return scope.payouts().closeAll(newKey("close"), database.now().minusMillis(1));
    }

    /**
     * The payout of the partner who earns by such a sale, closed and ready to be claimed. It holds what else the partner has
     * earned.
     *
     * @throws IllegalStateException if the sale earns nothing that is due: no rate, a hold, less than the minimum
     */
    public Payout readyPayout(UUID customer, Money amount) {
        List<UUID> earners = approvedCommissions(customer, amount).stream()
                .map(CommissionEvent::partnerId)
                .toList();
        return closeAll().closed().stream()
                .filter(payout -> earners.contains(payout.partnerId()))
                .filter(payout -> payout.total().currency().equals(amount.currency()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a sale of " + amount
                        + " makes no payout ready: has the partner a rate, no hold, and no minimum"
                        + " above what it earns?"));
    }

    /** An idempotency key that no call had. */
    public static String newKey(String what) {
        return what + ":" + UUID.randomUUID();
    }
}
