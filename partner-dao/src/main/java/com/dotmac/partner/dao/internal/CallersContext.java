package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.BackslashEscaping;
import org.jooq.conf.ParamCastMode;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderImplicitJoinType;
import org.jooq.conf.RenderImplicitWindowRange;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderTable;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.conf.ThrowExceptions;
import org.jspecify.annotations.Nullable;

/**
 * Refuses settings and listeners of a caller's context that would reach only the statements that jOOQ renders, or would change the
 * meaning of a statement. The library honours all others on every statement.
 */
public final class CallersContext {

    private static final String RENDERED_BEFORE =
            "the library renders some of its statements only once and for all callers";

    private CallersContext() {}

    /** @throws PartnerException.InvalidInput for the first thing that the library does not honour */
    public static void check(DSLContext dsl) {
        if (dsl.family() != SQLDialect.POSTGRES) {
            throw new PartnerException.InvalidInput(
                    "the DSLContext has dialect " + dsl.dialect() + "; give one with SQLDialect.POSTGRES");
        }
        checkRows(dsl.settings());
        checkNames(dsl.settings());
        checkValues(dsl.settings());
        checkMeaning(dsl.settings());
        checkListeners(dsl);
    }

    private static void checkRows(Settings settings) {
        Integer maxRows = settings.getMaxRows();
        refuseIf(
                maxRows != null && maxRows != 0,
                "maxRows",
                maxRows,
                "sums and runs need all rows; limit the page size of a call instead");
    }

    private static void checkNames(Settings settings) {
        RenderMapping mapping = settings.getRenderMapping();
        if (mapping != null && maps(mapping)) {
            throw refused(
                    "a renderMapping",
                    RENDERED_BEFORE + ", with the tables' own names; set the search_path of the connection instead");
        }
        RenderNameCase nameCase = settings.getRenderNameCase();
        refuseIf(
                nameCase == RenderNameCase.UPPER,
                "renderNameCase",
                nameCase,
                "the names in the schema are lower case, and PostgreSQL compares quoted names letter by letter");
        refuseUnless(
                RenderTable.ALWAYS,
                settings.getRenderTable(),
                "renderTable",
                "the library's statements tell columns apart by their tables");
    }

    private static boolean maps(RenderMapping mapping) {
        return mapping.getDefaultCatalog() != null
                || mapping.getDefaultSchema() != null
                || !mapping.getCatalogs().isEmpty()
                || !mapping.getSchemata().isEmpty();
    }

    private static void checkValues(Settings settings) {
        refuseUnless(
                StatementType.PREPARED_STATEMENT,
                settings.getStatementType(),
                "statementType",
                RENDERED_BEFORE + ", with parameters");
        refuseUnless(ParamType.INDEXED, settings.getParamType(), "paramType", RENDERED_BEFORE + ", with parameters");
        Integer threshold = settings.getInlineThreshold();
        refuseIf(
                threshold != null && threshold != 0,
                "inlineThreshold",
                threshold,
                RENDERED_BEFORE + ", with parameters");
        refuseUnless(
                ParamCastMode.DEFAULT,
                settings.getParamCastMode(),
                "paramCastMode",
                "PostgreSQL needs the casts that jOOQ writes by default");
        refuseUnless(
                BackslashEscaping.DEFAULT,
                settings.getBackslashEscaping(),
                "backslashEscaping",
                "the library writes literals for standard_conforming_strings");
    }

    private static void checkMeaning(Settings settings) {
        refuseUnless(
                ThrowExceptions.THROW_ALL,
                settings.getThrowExceptions(),
                "throwExceptions",
                "a statement that the database refuses must end the call");
        refuseUnless(
                RenderImplicitJoinType.DEFAULT,
                settings.getRenderImplicitJoinType(),
                "renderImplicitJoinType",
                "a join of another kind finds other rows");
        refuseUnless(
                RenderImplicitJoinType.DEFAULT,
                settings.getRenderImplicitJoinToManyType(),
                "renderImplicitJoinToManyType",
                "a join of another kind finds other rows");
        refuseUnless(
                RenderImplicitWindowRange.OFF,
                settings.getRenderImplicitWindowRange(),
                "renderImplicitWindowRange",
                "a window of another kind sees other rows");
        refuseIf(
                Boolean.TRUE.equals(settings.isRenderCoalesceToEmptyStringInConcat()),
                "renderCoalesceToEmptyStringInConcat",
                true,
                "text that is missing must stay missing");
        refuseIf(
                Boolean.TRUE.equals(settings.isRenderPlainSQLTemplatesAsRaw()),
                "renderPlainSQLTemplatesAsRaw",
                true,
                "the library has templates of plain SQL, whose placeholders jOOQ fills");
    }

    private static void checkListeners(DSLContext dsl) {
        if (dsl.configuration().visitListenerProviders().length > 0) {
            throw refused("visit listeners", RENDERED_BEFORE + ", and these listeners would not see them");
        }
        if (dsl.configuration().recordListenerProviders().length > 0) {
            throw refused(
                    "record listeners",
                    "the library reads and writes most rows without jOOQ's records; use an execute listener");
        }
    }

    /** A setting that is null has its default. */
    private static void refuseUnless(Object allowed, @Nullable Object value, String setting, String why) {
        refuseIf(value != null && value != allowed, setting, value, why);
    }

    private static void refuseIf(boolean unwanted, String setting, @Nullable Object value, String why) {
        if (unwanted) {
            throw refused(setting + " " + value + " in its settings", why);
        }
    }

    private static PartnerException.InvalidInput refused(String what, String why) {
        return new PartnerException.InvalidInput(
                "the DSLContext has " + what + ": " + why + "; give PartnerStore a context without it");
    }
}
