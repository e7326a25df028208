package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import java.util.List;
import java.util.UUID;

/**
 * What a restatement would change.
 *
 * @param salesExamined how many sales were calculated again
 * @param differences in the order of recording of the sales, then of partner ids
 */
public record RestatementPreview(long salesExamined, List<Difference> differences) {

    public RestatementPreview {
        differences = List.copyOf(differences);
    }

    /**
     * What would change for one partner by one sale.
     *
     * @param before what the partner earns by it today, less what refunds clawed back
     * @param after the same after the restatement; equal to it if only the rule, the source of the rate or the shares
     *     of the lines change
     */
    public record Difference(String saleKey, UUID partnerId, Money before, Money after) {}
}
