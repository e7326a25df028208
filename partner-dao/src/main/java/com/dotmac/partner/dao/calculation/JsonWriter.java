package com.dotmac.partner.dao.calculation;

/**
 * Writes JSON text: objects, arrays, strings and integers, without white space. Every value in an object comes after
 * its name.
 */
final class JsonWriter {

    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int USUAL_SIZE = 256;

    private final StringBuilder json = new StringBuilder(USUAL_SIZE);
    private boolean another;

    JsonWriter beginObject() {
        return begin('{');
    }

    JsonWriter endObject() {
        return end('}');
    }

    JsonWriter beginArray() {
        return begin('[');
    }

    JsonWriter endArray() {
        return end(']');
    }

    /** Writes a name without escapes: the code that writes it chooses it. */
    JsonWriter name(String name) {
        separate();
        json.append('"').append(name).append("\":");
        another = false;
        return this;
    }

    /** Writes any text, with escapes. */
    JsonWriter text(String value) {
        separate();
        quote(value);
        return this;
    }

    /** Writes a string that needs no escapes: a number, an id, a fixed word. */
    JsonWriter plain(String value) {
        separate();
        json.append('"').append(value).append('"');
        return this;
    }

    JsonWriter integer(int value) {
        separate();
        json.append(value);
        return this;
    }

    /** The text so far. */
    @Override
    public String toString() {
        return json.toString();
    }

    private JsonWriter begin(char bracket) {
        separate();
        json.append(bracket);
        another = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        json.append(bracket);
        another = true;
        return this;
    }

    private void separate() {
        if (another) {
            json.append(',');
        }
        another = true;
    }

    private void quote(String text) {
        json.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < ' ' || unit == '"' || unit == '\\' || isHalf(text, i)) {
                json.append(text, written, i);
                escape(unit);
                written = i + 1;
            }
        }
        json.append(text, written, text.length()).append('"');
    }

    private void escape(char unit) {
        json.append('\\');
        if (unit == '"' || unit == '\\') {
            json.append(unit);
        } else {
            json.append('u');
            for (int shift = 12; shift >= 0; shift -= 4) {
                json.append(HEX[(unit >> shift) & 0xF]);
            }
        }
    }

    /** Whether a surrogate is without its other half: no encoding can send it as it is. */
    private static boolean isHalf(String text, int at) {
        char unit = text.charAt(at);
        if (Character.isHighSurrogate(unit)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(unit) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
