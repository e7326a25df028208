package com.dotmac.partner.quickstart;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.COMPLETED;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.statements.CommissionStatement;
import java.io.PrintStream;
import java.util.Currency;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;

/** Prints what each partner was owed, earned and was paid, period by period, and checks that it adds up. */
final class PartnerStatements {

    private final DSLContext sql;
    private final List<Period> periods;
    private final PrintStream out;

    private final SortedSet<String> paidCurrencies = new TreeSet<>();
    private int paidPayouts;

    PartnerStatements(DSLContext sql, List<Period> periods, PrintStream out) {
        this.sql = sql;
        this.periods = periods;
        this.out = out;
    }

    /** How many payouts the printed partners have been paid. */
    int paidPayouts() {
        return paidPayouts;
    }

    SortedSet<String> paidCurrencies() {
        return paidCurrencies;
    }

    /** @throws QuickstartException if a figure does not agree with another */
    void print(String tenant, Partner partner) {
        PartnerScope scope = PartnerStore.create(sql).tenant(tenant).actingAs(InvoiceImport.ACTOR);
        List<List<CommissionStatement>> byPeriod = periods.stream()
                .map(period -> scope.statements().statements(partner.id(), period.from(), period.to()))
                .toList();
        for (CommissionStatement latest : byPeriod.get(byPeriod.size() - 1)) {
            Currency currency = latest.currency();
            String title = tenant + ", " + partner.companyName() + " (" + partner.number() + "), " + currency;
            List<CommissionStatement> lines = byPeriod.stream()
                    .map(statements -> in(currency, statements, latest))
                    .toList();
            CommissionStatement total = total(lines);
            StatementTable.print(title, periods, lines, total, out);
            checkThatLinesFollow(title, lines, total);
            checkAgainstPayouts(title, tenant, scope, total);
        }
    }

    /** A period before the first entry in the currency has no statement: all its figures are zero. */
    private static CommissionStatement in(
            Currency currency, List<CommissionStatement> statements, CommissionStatement latest) {
        Money zero = Money.zero(currency);
        return statements.stream()
                .filter(statement -> statement.currency().equals(currency))
                .findFirst()
                .orElse(new CommissionStatement(
                        latest.partnerId(), currency, latest.from(), latest.to(), zero, zero, zero, zero, zero));
    }

    private static CommissionStatement total(List<CommissionStatement> lines) {
        CommissionStatement first = lines.get(0);
        CommissionStatement last = lines.get(lines.size() - 1);
        Money zero = Money.zero(first.currency());
        return new CommissionStatement(
                first.partnerId(),
                first.currency(),
                first.from(),
                last.to(),
                first.opening(),
                lines.stream().map(CommissionStatement::earned).reduce(zero, Money::plus),
                lines.stream().map(CommissionStatement::clawedBack).reduce(zero, Money::plus),
                lines.stream().map(CommissionStatement::paid).reduce(zero, Money::plus),
                lines.stream().map(CommissionStatement::returned).reduce(zero, Money::plus));
    }

    private static void checkThatLinesFollow(String title, List<CommissionStatement> lines, CommissionStatement total) {
        Money balance = total.opening();
        for (CommissionStatement line : lines) {
            check(title, "opening", line.opening(), balance);
            balance = balance.plus(line.earned())
                    .minus(line.clawedBack())
                    .minus(line.paid())
                    .plus(line.returned());
            check(title, "closing", line.closing(), balance);
        }
        check(title, "total closing", total.closing(), balance);
    }

    /** Compares with other sources: completed payouts contain what was paid, the open payout contains what is owed. */
    private void checkAgainstPayouts(String title, String tenant, PartnerScope scope, CommissionStatement total) {
        List<Money> completed = completedPayouts(tenant, total);
        Money zero = Money.zero(total.currency());
        check(title, "paid", total.paid(), completed.stream().reduce(zero, Money::plus));
        Money open = scope.payouts()
                .findOpen(total.partnerId(), total.currency())
                .map(Payout::total)
                .orElse(zero);
        check(title, "closing", total.closing(), open);
        if (!completed.isEmpty()) {
            paidPayouts += completed.size();
            paidCurrencies.add(total.currency().getCurrencyCode());
        }
    }

    private List<Money> completedPayouts(String tenant, CommissionStatement total) {
        return sql.select(PARTNER_PAYOUTS.TOTAL_AMOUNT)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(tenant))
                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(total.partnerId()))
                .and(PARTNER_PAYOUTS.CURRENCY.eq(total.currency()))
                .and(PARTNER_PAYOUTS.STATUS.eq(COMPLETED))
                .and(PARTNER_PAYOUTS.COMPLETED_AT.ge(total.from()))
                .and(PARTNER_PAYOUTS.COMPLETED_AT.lt(total.to()))
                .fetch(row -> new Money(row.value1(), total.currency()));
    }

    private static void check(String title, String figure, Money printed, Money calculated) {
        if (!printed.equals(calculated)) {
            throw new QuickstartException("the statement of " + title + " does not add up: " + figure + " " + printed
                    + ", and not " + calculated);
        }
    }
}
