package com.dotmac.partner.dao.basics;

import com.dotmac.partner.dao.internal.Checks;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list, and where the next one begins.
 *
 * @param items in the order of the list; empty: nothing (more) matches
 * @param next what to give to get the page after this one; empty: this is the last. Opaque: it names the last row, not a
 *     number of rows, so rows written meanwhile never shift a page
 */
public record Page<T>(List<T> items, Optional<String> next) {

    public Page {
        items = List.copyOf(items);
        Checks.present(next, "next");
    }
}
