/** What was sold: the stored sales, their refunds, and their restatement. */
@NullMarked
package com.dotmac.partner.dao.sales;

import org.jspecify.annotations.NullMarked;
