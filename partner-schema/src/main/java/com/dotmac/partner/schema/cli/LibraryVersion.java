package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar and of the newest migration in it. */
final class LibraryVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "partner-schema " + PartnerSchema.libraryVersion() + ", schema version " + PartnerSchema.newestVersion()
        };
    }
}
