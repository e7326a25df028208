package com.dotmac.partner.dao.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints one description and one action, and no stack trace. */
final class PartnerStartFailureAnalyzer extends AbstractFailureAnalyzer<PartnerStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PartnerStartException cause) {
        return new FailureAnalysis(cause.description(), cause.action(), cause);
    }
}
