package com.dotmac.partner.testkit.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.regex.Pattern;

/** Whether a class contains a text with a statement that creates, alters or drops an object of the schema. */
final class SchemaStatementInText extends ArchCondition<JavaClass> {

    private static final int SHOWN = 80;

    /** Matches at the beginning of a text, a line or a statement, and not in the middle of a message. */
    private static final Pattern SCHEMA_STATEMENT =
            Pattern.compile("(?im)(?:^|;|\\*/|['$]|\\b(?:begin|then|else|loop)\\b)\\s*"
                    + "(?:create(?: or replace)?|alter|drop)\\s+"
                    + "(?:(?:unlogged|unique|materialized|foreign|event|constraint|recursive)\\s+)*"
                    + "(?:table|index|view|type|domain|schema|sequence|function|procedure|routine|trigger|policy|rule|extension"
                    + "|aggregate|operator|collation|cast|database|tablespace|role|user|publication|subscription|statistics)\\s"
                    + "|(?:^|;)\\s*comment\\s+on\\s+(?:table|column|index|constraint|function|type|schema|view)\\s");

    /** Compile-time constants: a class that uses one contains its text, and no trace of the class that defines it. */
    private static final Pattern SETTING = Pattern.compile(
            "hibernate\\.hbm2ddl\\..*|(?:jakarta|javax)\\.persistence\\.schema-generation\\..*|spring\\.jpa\\.hibernate\\.ddl-auto.*");

    SchemaStatementInText() {
        super("hold a statement that changes the schema");
    }

    @Override
    public void check(JavaClass javaClass, ConditionEvents events) {
        List<String> texts = ClassFileTexts.at(javaClass
                .getSource()
                .map(Source::getUri)
                .orElseThrow(
                        () -> new IllegalStateException(javaClass.getName() + " was imported without its class file")));
        texts.stream()
                .filter(text -> SCHEMA_STATEMENT.matcher(text).find()
                        || SETTING.matcher(text).matches())
                .map(text -> SimpleConditionEvent.satisfied(
                        javaClass, "Class <" + javaClass.getName() + "> holds the text \"" + shortened(text) + "\""))
                .forEach(events::add);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
