package com.dotmac.partner.testkit.rules;

import java.util.ArrayList;
import java.util.List;

/** The code of a statement, without what is in parentheses. */
final class SqlParts {

    /** The parts between the commas that are in no parentheses. */
    static List<String> betweenCommas(String code) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int at = 0; at < code.length(); at++) {
            depth += step(code.charAt(at));
            if (code.charAt(at) == ',' && depth == 0) {
                parts.add(code.substring(begin, at).strip());
                begin = at + 1;
            }
        }
        parts.add(code.substring(begin).strip());
        return parts;
    }

    static String outsideParentheses(String code) {
        StringBuilder outside = new StringBuilder();
        int depth = 0;
        for (int at = 0; at < code.length(); at++) {
            int step = step(code.charAt(at));
            depth += step;
            if (depth == 0) {
                outside.append(step == 0 ? code.charAt(at) : ' ');
            }
        }
        return outside.toString();
    }

    private static int step(char character) {
        return switch (character) {
            case '(' -> 1;
            case ')' -> -1;
            default -> 0;
        };
    }

    private SqlParts() {}
}
