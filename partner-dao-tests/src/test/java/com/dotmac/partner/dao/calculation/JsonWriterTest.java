package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {

    @Test
    void values_are_separated_and_names_come_before_them() {
        assertThat(new JsonWriter()
                        .beginObject()
                        .name("a")
                        .integer(1)
                        .name("b")
                        .text("two")
                        .name("c")
                        .beginArray()
                        .integer(-3)
                        .text("x")
                        .plain("1.5")
                        .beginObject()
                        .endObject()
                        .beginArray()
                        .endArray()
                        .endArray()
                        .name("d")
                        .beginObject()
                        .name("e")
                        .integer(4)
                        .endObject()
                        .endObject())
                .hasToString("{\"a\":1,\"b\":\"two\",\"c\":[-3,\"x\",\"1.5\",{},[]],\"d\":{\"e\":4}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "22 | \\\"",
                "5c | \\\\",
                "0 | \\u0000",
                "9 | \\u0009",
                "a | \\u000a",
                "1f | \\u001f",
                "d800 | \\ud800",
                "dbff | \\udbff",
                "dc00 | \\udc00",
                "dfff | \\udfff"
            })
    void characters_that_a_string_may_not_contain_are_escaped(String unit, String escaped) {
        char character = (char) Integer.parseInt(unit, 16);

        assertThat(new JsonWriter().text("a" + character + "b")).hasToString("\"a" + escaped + "b\"");
        assertThat(new JsonWriter().text("" + character)).hasToString("\"" + escaped + "\"");
    }

    @Test
    void every_other_character_is_written_as_it_is() {
        String text = " /<>&'\u007f\u00e9\u2028\ud7ff\ue000\uffff\ud83d\ude00";

        assertThat(new JsonWriter().text(text)).hasToString('"' + text + '"');
    }

    @Test
    void two_halves_in_the_wrong_order_are_two_halves() {
        assertThat(new JsonWriter().text("\ude00\ud83d\ude00\ud83d")).hasToString("\"\\ude00\ud83d\ude00\\ud83d\"");
    }

    @Test
    void all_control_characters_are_escaped() {
        String controls = IntStream.range(0, 0x20).mapToObj(Character::toString).collect(Collectors.joining());
        String escaped = IntStream.range(0, 0x20).mapToObj("\\u%04x"::formatted).collect(Collectors.joining());

        assertThat(new JsonWriter().text(controls)).hasToString('"' + escaped + '"');
    }
}
