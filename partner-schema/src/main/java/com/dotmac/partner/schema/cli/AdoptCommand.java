package com.dotmac.partner.schema.cli;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        description =
                "Reports on partner tables without a history: which version they are nearest to, what differs, which rows"
                        + " it would change or refuse. With --apply brings them to the newest version, in one transaction, and writes the"
                        + " history.")
final class AdoptCommand extends SchemaCommand {

    @Option(
            names = "--apply",
            description =
                    "Adopt the tables. Without this option nothing changes; exit code 1 says there is something to adopt.")
    private boolean apply;

    @Option(
            names = "--rehearse",
            description =
                    "Do all that --apply does to our tables, and roll it back. It takes the same locks, time and disk; afterwards nothing has"
                            + " changed.")
    private boolean rehearse;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write each row that would change or is refused to this file.")
    private Path csv;

    @Option(
            names = "--clear-orphans",
            description = "Set to null what points to rows that do not exist; each is recorded.")
    private boolean clearOrphans;

    @Option(
            names = "--undo-forbidden-links",
            description = "Set to null links of events to payouts that must not hold them; each is recorded.")
    private boolean undoForbiddenLinks;

    @Option(
            names = "--accept-paid-without-payout",
            description =
                    "Put paid events that are in no payout into one completed payout for each partner and currency, which says"
                            + " that there is no evidence of the payment; each event is recorded.")
    private boolean acceptPaidWithoutPayout;

    @Option(
            names = "--recalculate-totals",
            description = "Replace totals of payouts by the sum of their events; each old total is recorded.")
    private boolean recalculateTotals;

    @Option(
            names = "--cancel-empty-payouts",
            description =
                    "Cancel closed payouts that were not paid and whose events add up to nothing to pay, and undo the links of"
                            + " those events; each is recorded.")
    private boolean cancelEmptyPayouts;

    @Option(
            names = "--keep-one-open-payout",
            description =
                    "Cancel all but one of several open payouts of a partner and currency; their events are paid with that one."
                            + " Each is recorded.")
    private boolean keepOneOpenPayout;

    @Option(
            names = "--reopen-paid-below-zero",
            description =
                    "Approve again what is paid but in no payout, if it adds up to zero or less for a partner and currency;"
                            + " each event is recorded.")
    private boolean reopenPaidBelowZero;

    @Option(
            names = "--account-for-payments",
            description =
                    "Keep the totals of payouts that were paid, though their events add up to less, and add an event to each that"
                            + " accounts for the rest; each is recorded.")
    private boolean accountForPayments;

    @Option(names = "--set-rules-aside", description = "Leave behind rules that this schema cannot express.")
    private boolean setRulesAside;

    @Override
    int run(PartnerSchema schema, Output output) {
        if (apply && rehearse) {
            throw new PartnerSchemaException.Refused("give --apply or --rehearse, not both; nothing was changed");
        }
        Adoption adoption = apply
                ? schema.applyAdoption(consents())
                : rehearse ? schema.rehearseAdoption(consents()) : schema.adopt(consents());
        if (csv != null) {
            List<AdoptionFinding> rows = new ArrayList<>(adoption.findings());
            rows.addAll(adoption.mapped());
            write(rows);
        }
        output.result(new AdoptionText(adoption, apply).text(), object(adoption));
        return apply || adoption.way() == Adoption.Way.NOTHING_TO_ADOPT ? ExitCode.CLEAN : ExitCode.FOUND;
    }

    private void write(List<AdoptionFinding> findings) {
        try (BufferedWriter file = Files.newBufferedWriter(csv)) {
            file.write("kind,table,id,column,value,becomes,reason,consent\r\n");
            for (AdoptionFinding finding : findings) {
                file.write(object(finding).values().stream()
                        .map(value -> "\"" + String.valueOf(value).replace("\"", "\"\"") + "\"")
                        .collect(joining(",", "", "\r\n")));
            }
        } catch (IOException failed) {
            throw new PartnerSchemaException.Refused("cannot write " + csv + ": " + failed.getMessage());
        }
    }

    private Set<AdoptionConsent> consents() {
        Map<AdoptionConsent, Boolean> given = Map.of(
                AdoptionConsent.CLEAR_ORPHANS, clearOrphans,
                AdoptionConsent.UNDO_FORBIDDEN_LINKS, undoForbiddenLinks,
                AdoptionConsent.ACCEPT_PAID_WITHOUT_PAYOUT, acceptPaidWithoutPayout,
                AdoptionConsent.RECALCULATE_TOTALS, recalculateTotals,
                AdoptionConsent.CANCEL_EMPTY_PAYOUTS, cancelEmptyPayouts,
                AdoptionConsent.KEEP_ONE_OPEN_PAYOUT, keepOneOpenPayout,
                AdoptionConsent.REOPEN_PAID_BELOW_ZERO, reopenPaidBelowZero,
                AdoptionConsent.ACCOUNT_FOR_PAYMENTS, accountForPayments,
                AdoptionConsent.SET_RULES_ASIDE, setRulesAside);
        Set<AdoptionConsent> consents = EnumSet.allOf(AdoptionConsent.class);
        consents.removeIf(consent -> !given.get(consent));
        return consents;
    }

    private Map<String, Object> object(Adoption adoption) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("way", adoption.way().name());
        object.put("nearest", adoption.nearest());
        object.put(
                "differences",
                adoption.differences().stream().map(Difference::toString).toList());
        object.put(
                "findings",
                adoption.findings().stream().map(AdoptCommand::object).toList());
        object.put(
                "mapped", adoption.mapped().stream().map(AdoptCommand::object).toList());
        object.put("steps", adoption.steps());
        object.put("refusals", adoption.refusals());
        object.put("applied", apply);
        object.put("rehearsed", rehearse);
        return object;
    }

    private static Map<String, Object> object(AdoptionFinding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", finding.kind().name());
        object.put("table", finding.table());
        object.put("id", finding.id());
        object.put("column", finding.column());
        object.put("value", finding.value());
        object.put("becomes", finding.becomes());
        object.put("reason", finding.reason());
        object.put(
                "consent", finding.kind().consent().map(AdoptionConsent::option).orElse(""));
        return object;
    }
}
