package com.dotmac.partner.dao.internal;

/** What every statement needs: where to run, whose rows, and who acts. */
public record Scope(Transactions transactions, String tenantId, String actor) {}
