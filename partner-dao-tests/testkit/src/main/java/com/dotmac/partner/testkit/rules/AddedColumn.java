package com.dotmac.partner.testkit.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An {@code add column}. */
record AddedColumn(String code) {

    private static final Pattern ADD = Pattern.compile(
            "add (?:(?:column )(?:if not exists )?|(?:if not exists )?"
                    + "(?!constraint\\b|check\\b|foreign key\\b|primary key\\b|unique\\b|exclude\\b|not null\\b))[^\\s(),]+ (.+)");

    /** Empty if the action of the {@code alter table} is another one. */
    static Stream<AddedColumn> in(String action) {
        Matcher add = ADD.matcher(action);
        return add.matches() ? Stream.of(new AddedColumn(add.group(1))) : Stream.empty();
    }

    /** Type, default and constraints, without what is in parentheses. */
    String definition() {
        return SqlParts.outsideParentheses(code);
    }
}
