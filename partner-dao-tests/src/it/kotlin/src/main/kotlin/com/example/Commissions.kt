package com.example

import com.dotmac.partner.dao.PartnerScope
import com.dotmac.partner.dao.basics.Money
import com.dotmac.partner.dao.calculation.Sale
import com.dotmac.partner.dao.partners.CustomerAssignment
import com.dotmac.partner.dao.partners.NewPartner
import com.dotmac.partner.dao.partners.Partner
import com.dotmac.partner.dao.partners.PartnerQuery
import com.example.db.tables.references.PARTNER_COMMISSION_EVENTS
import java.math.BigDecimal
import java.time.Instant
import java.util.UUID
import org.jooq.DSLContext

/** What a service in Kotlin does with the library. */
class Commissions(private val acme: PartnerScope) {

    private val july = Instant.parse("2026-07-01T00:00:00Z")

    fun accrue(customer: UUID, amount: String): List<UUID> {
        val northwind = NewPartner.named("partner:7", "Northwind").withDefaultRate("0.10")
        val partner: Partner = acme.partners().register(northwind).value()
        acme.partners().activate(partner.id(), "contract signed")
        acme.partners().assign(CustomerAssignment.from("account:7", partner.id(), customer, july))
        return acme.commissions().accrue(Sale("invoice:1001", customer, null, Money.of(amount, "USD"), july)).eventIds()
    }

    fun names(): List<String> = acme.partners().search(PartnerQuery.all(), 10).items().map { it.companyName() }

    /** A report of its own, on code that its own build generated. */
    fun amounts(dsl: DSLContext): List<BigDecimal?> =
        dsl.select(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT).from(PARTNER_COMMISSION_EVENTS).fetch { it.value1() }
}
