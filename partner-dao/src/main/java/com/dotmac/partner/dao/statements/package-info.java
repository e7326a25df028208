/** What adds up: statements, balances, the dashboard, the CSV export, and the proof by invariants. */
@NullMarked
package com.dotmac.partner.dao.statements;

import org.jspecify.annotations.NullMarked;
