package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bytes of a request's content: nothing runs together, and equal values are written alike. */
class RequestContentTest {

    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    @Test
    void the_format_comes_first_then_the_operation() {
        assertThat(RequestContent.of("do").bytes()).containsExactly(1, 0, 0, 0, 2, 'd', 'o');
        assertThat(RequestContent.of("do").operation()).isEqualTo("do");
    }

    @Test
    void a_field_is_its_name_its_type_the_length_and_the_value() {
        assertThat(field(to -> to.text("n", "a\u00e9"))).isEqualTo("01 6e 74 00000003 61c3a9");
        assertThat(field(to -> to.literal("n", "gold"))).isEqualTo("01 6e 6c 00000004 676f6c64");
        assertThat(field(to -> to.currency("n", Currency.getInstance("USD")))).isEqualTo("01 6e 6c 00000003 555344");
        assertThat(field(to -> to.id("n", ID))).isEqualTo("01 6e 75 00000010 00112233445566778899aabbccddeeff");
        assertThat(field(to -> to.number("n", new BigDecimal("-2.50")))).isEqualTo("01 6e 6e 00000004 2d322e35");
        assertThat(field(to -> to.integer("n", -2))).isEqualTo("01 6e 69 00000004 fffffffe");
        assertThat(field(to -> to.money("n", Money.of("1.50", "USD")))).isEqualTo("01 6e 6d 00000006 555344312e35");
        assertThat(field(to -> to.instant("n", Instant.ofEpochSecond(-1, 1000))))
                .isEqualTo("01 6e 7a 0000000c ffffffffffffffff000003e8");
        assertThat(field(to -> to.object("n", 7, (inner, value) -> inner.integer("i", value))))
                .isEqualTo("01 6e 6f 0000000b 01696900000004" + "00000007");
        assertThat(field(to -> to.list("n", List.of(7, 8), (item, value) -> item.integer("i", value))))
                .isEqualTo("01 6e 61 00000022 00000002" + "0000000b0169690000000400000007"
                        + "0000000b0169690000000400000008");
    }

    @Test
    void an_absent_field_is_its_name_and_a_sign_for_every_type() {
        Stream.<UnaryOperator<RequestContent>>of(
                        to -> to.text("n", null),
                        to -> to.literal("n", null),
                        to -> to.id("n", null),
                        to -> to.number("n", null),
                        to -> to.integer("n", null),
                        to -> to.money("n", null),
                        to -> to.instant("n", null),
                        to -> to.object("n", null, (inner, value) -> inner.text("never", "written")))
                .forEach(absent -> assertThat(field(absent)).isEqualTo("01 6e 2d"));
    }

    @Test
    void null_empty_and_zero_are_distinct() {
        assertThat(Stream.<UnaryOperator<RequestContent>>of(
                                to -> to.text("n", null),
                                to -> to.text("n", ""),
                                to -> to.text("n", "-"),
                                to -> to.text("n", "null"),
                                to -> to.integer("n", 0),
                                to -> to.number("n", BigDecimal.ZERO),
                                to -> to.list("n", List.of(), (item, value) -> item.text("never", "written")))
                        .map(RequestContentTest::field))
                .doesNotHaveDuplicates();
    }

    @Test
    void two_fields_never_run_together() {
        assertThat(Stream.<UnaryOperator<RequestContent>>of(
                                to -> to.text("a", "bc").text("d", "e"),
                                to -> to.text("a", "b").text("cd", "e"),
                                to -> to.text("a", "bcd").text("d", "e"),
                                to -> to.text("a", "bc").text("de", ""),
                                to -> to.text("a", "bc\u0001dt\u0000\u0000\u0000\u0001e"),
                                to -> to.text("a", "bc").text("d", "e").text("f", null),
                                to -> to.object("o", "e", (in, text) -> in.text("a", "bc")
                                        .text("d", text)),
                                to -> to.object("o", "e", (in, text) -> in.text("a", "bc"))
                                        .text("d", "e"))
                        .map(RequestContentTest::field))
                .doesNotHaveDuplicates();
    }

    @Test
    void items_of_a_list_never_run_together() {
        assertThat(Stream.of(List.of("ab", "c"), List.of("a", "bc"), List.of("abc"), List.of("ab", "c", ""))
                        .map(items -> field(to -> to.list("n", items, (item, text) -> item.text("i", text)))))
                .doesNotHaveDuplicates();
        assertThat(field(to -> to.list("a", List.of("x"), (item, text) -> item.text("i", text))
                        .text("i", "y")))
                .isNotEqualTo(field(to -> to.list("a", List.of("x", "y"), (item, text) -> item.text("i", text))));
    }

    @Test
    void the_order_of_fields_and_their_types_count() {
        assertThat(field(to -> to.text("a", "1").text("b", "2")))
                .isNotEqualTo(field(to -> to.text("b", "2").text("a", "1")));
        assertThat(field(to -> to.text("a", "1"))).isNotEqualTo(field(to -> to.literal("a", "1")));
        assertThat(field(to -> to.text("a", "1"))).isNotEqualTo(field(to -> to.number("a", BigDecimal.ONE)));
    }

    @Test
    void equal_numbers_of_any_scale_are_written_alike() {
        assertThat(Stream.of("1000", "1000.00", "1E+3", "10E2")
                        .map(text -> field(to -> to.number("n", new BigDecimal(text)))))
                .containsOnly("01 6e 6e 00000004 31303030");
        assertThat(Stream.of("0", "0.000000", "0E+9").map(text -> field(to -> to.number("n", new BigDecimal(text)))))
                .containsOnly("01 6e 6e 00000001 30");
    }

    @Test
    void content_of_any_length_is_written_in_full() throws Exception {
        String longText = "\u20ac".repeat(100_000);
        RequestContent content = RequestContent.of("do").text("n", longText).id("i", ID);

        byte[] bytes = content.bytes();
        assertThat(bytes).hasSize(7 + 3 + 4 + 300_000 + 3 + 4 + 16);
        assertThat(new String(bytes, 14, 300_000, StandardCharsets.UTF_8)).isEqualTo(longText);
        assertThat(content.sha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** What follows format and operation, in hexadecimal; the first field's name, type and length set apart. */
    private static String field(UnaryOperator<RequestContent> writing) {
        byte[] bytes = writing.apply(RequestContent.of("")).bytes();
        String hex = HexFormat.of().formatHex(bytes, 5, bytes.length);
        return hex.replaceFirst("^016e2d$", "01 6e 2d").replaceFirst("^(01)(6e)(..)(.{8})", "$1 $2 $3 $4 ");
    }
}
