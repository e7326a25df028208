package com.dotmac.partner.testkit.rules;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts of a class file: its literals, those it concatenates, those of its annotations, and the names it uses. They
 * follow one another in its constant pool (Java Virtual Machine Specification, 4.4).
 */
final class ClassFileTexts {

    private static final int MAGIC = 0xCAFEBABE;

    /** @param place of the class file, in a directory or in a jar */
    static List<String> at(URI place) {
        try {
            URLConnection connection = place.toURL().openConnection();
            connection.setUseCaches(false); // a cached jar would stay open
            try (InputStream classFile = connection.getInputStream()) {
                return read(new DataInputStream(classFile));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the class file " + place + " cannot be read", failed);
        }
    }

    private static List<String> read(DataInputStream classFile) throws IOException {
        if (classFile.readInt() != MAGIC) {
            throw new IOException("it is no class file");
        }
        classFile.skipNBytes(4); // minor and major version
        int count = classFile.readUnsignedShort();
        List<String> texts = new ArrayList<>();
        for (int entry = 1; entry < count; entry++) {
            int tag = classFile.readUnsignedByte();
            switch (tag) {
                case 1 -> texts.add(classFile.readUTF());
                case 7, 8, 16, 19, 20 -> classFile.skipNBytes(2); // references to one entry
                case 15 -> classFile.skipNBytes(3); // method handle
                case 3, 4, 9, 10, 11, 12, 17, 18 -> classFile.skipNBytes(4); // int, float, references to two
                case 5, 6 -> { // long and double count twice
                    classFile.skipNBytes(8);
                    entry++;
                }
                default -> throw new IOException("its constant " + entry + " is of an unknown kind, " + tag);
            }
        }
        return texts;
    }

    private ClassFileTexts() {}
}
