package com.dotmac.partner.dao.bulk;

import com.dotmac.partner.dao.basics.PartnerException;

/** What becomes of the good rows of a stream when another row is refused. */
public enum BulkMode {

    /** They stay: rows are kept batch by batch, and a refused row is reported in its place. */
    KEEP_GOOD,

    /** They go: the first refused row ends the call with {@link PartnerException.RowRefused}, and nothing is kept. */
    ALL_OR_NOTHING
}
