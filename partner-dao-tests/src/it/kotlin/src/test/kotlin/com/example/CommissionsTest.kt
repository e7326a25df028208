package com.example

import com.dotmac.partner.testkit.PartnerDatabase
import com.dotmac.partner.testkit.PartnerDatabaseExtension
import java.math.BigDecimal
import java.util.UUID
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith

@ExtendWith(PartnerDatabaseExtension::class)
class CommissionsTest {

    @Test
    fun `a sale earns`(database: PartnerDatabase) {
        val customer = UUID.randomUUID()
        database.sql().execute("insert into customers values (?)", customer)
        val commissions = Commissions(database.store().tenant("acme").actingAs("user:42"))

        assertThat(commissions.accrue(customer, "1250.00")).hasSize(1)

        assertThat(commissions.amounts(database.sql())).containsExactly(BigDecimal("125.0000"))
        assertThat(commissions.names()).containsExactly("Northwind")
    }
}
