package com.dotmac.partner.dao;

/** What every statement needs: where to run, whose rows, and who acts. */
record Scope(Transactions transactions, String tenantId, String actor) {}
