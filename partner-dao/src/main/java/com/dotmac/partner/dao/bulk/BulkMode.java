package com.dotmac.partner.dao.bulk;

import com.dotmac.partner.dao.basics.PartnerException;

/** Says whether a bulk call keeps the good rows of a stream when it refuses another row. */
public enum BulkMode {

    /** The call keeps them: it works batch by batch, and reports a refused row in its place. */
    KEEP_GOOD,

    /**
     * The call keeps none: the first refused row ends it with {@link PartnerException.RowRefused} and rolls everything
     * back.
     */
    ALL_OR_NOTHING
}
