package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PageTokenTest {

    private static final String LIST = "things in the order NAME";

    @Test
    void a_token_has_the_values_of_the_last_row() {
        Instant instant = Instant.parse("2026-02-28T23:59:59.999999Z");
        UUID id = new UUID(-1, 1);

        PageToken read = PageToken.decode(LIST, PageToken.encode(LIST, instant, "Ünïque\n😀, Inc.", id));

        assertThat(read.instant(0)).isEqualTo(instant);
        assertThat(read.text(1)).isEqualTo("Ünïque\n😀, Inc.");
        assertThat(read.id(2)).isEqualTo(id);
    }

    @Test
    void a_token_fits_into_an_address() {
        assertThat(PageToken.encode(LIST, "???>>>~~~", new UUID(-1, -1))).matches("[A-Za-z0-9_-]+");
    }

    /** Also a token whose last character has other bits than the encoder writes: Base64 alone would accept it. */
    @Test
    void a_token_with_any_other_character_is_refused() {
        String token = PageToken.encode(LIST, "P-1");
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'B' ? 'C' : 'B';
            assertBroken(token.substring(0, i) + other + token.substring(i + 1));
            assertBroken(token.substring(0, i));
        }
        assertBroken(token + "A");
        assertBroken(token + "=");
        assertBroken(Base64.getUrlEncoder().encodeToString(new byte[] {1, 2, 3}));
    }

    private static void assertBroken(String token) {
        assertBroken(() -> PageToken.decode(LIST, token));
    }

    private static void assertBroken(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("the page token is none that a list gave out; give Page.next() as it is, or begin without a"
                        + " token");
    }

    @Test
    void a_value_of_another_type_is_refused() {
        PageToken token = PageToken.decode(LIST, PageToken.encode(LIST, "text"));

        assertBroken(() -> token.instant(0));
        assertBroken(() -> token.id(0));
        assertBroken(() -> token.text(1));
    }

    @Test
    void a_token_of_another_list_is_refused() {
        assertThatThrownBy(() -> PageToken.decode("things in the order NUMBER", PageToken.encode(LIST, "P-1")))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage(
                        "the page token belongs to the list of things in the order NAME and was given to the list of"
                                + " things in the order NUMBER; give it to its own list, or begin without a token");
    }

    @Test
    void a_page_has_a_token_if_one_more_row_was_found() {
        assertThat(PageToken.page(List.of("a", "b"), 2, last -> "after " + last))
                .isEqualTo(new Page<>(List.of("a", "b"), Optional.empty()));
        assertThat(PageToken.page(List.of("a", "b", "c"), 2, last -> "after " + last))
                .isEqualTo(new Page<>(List.of("a", "b"), Optional.of("after b")));
    }
}
