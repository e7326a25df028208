package com.dotmac.partner.dao.basics;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, and where the next page begins.
 *
 * @param items in the order of the list; empty: no row matches, or no further row does
 * @param next the page token, for the page after this one; empty: this page is the last. The token is opaque: it names the last
 *     row by its id, not a number of rows, so rows that others write meanwhile never shift a page. It has no values of rows, and fits
 *     the tenant, the query and the order of its list only
 */
public record Page<T>(List<T> items, Optional<String> next) {

    /** @throws PartnerException.InvalidInput if a value is missing */
    public Page {
        items = List.copyOf(present(items, "items"));
        present(next, "next");
    }

    private static <T> T present(@Nullable T value, String name) {
        if (value == null) {
            throw new PartnerException.InvalidInput(name + " is missing");
        }
        return value;
    }
}
