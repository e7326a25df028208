package com.dotmac.partner.dao.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Methods of the library as its sources declare them: a test compares them with its table. */
public final class DaoMethods {

    private DaoMethods() {}

    /**
     * The methods of all DAOs whose declaration matches, each behind the name of its DAO: {@code PartnerDao.find}. What a DAO
     * inherits from its reads is its own.
     *
     * @param names of a method, from what matched: one, or one for each of its ids
     */
    public static Set<String> declared(Pattern declaration, Function<MatchResult, Stream<String>> names)
            throws IOException {
        Set<String> methods = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("..", "partner-dao", "src", "main", "java"))) {
            for (Path file : files.filter(each -> each.toString().matches(".*(Dao|Reads|PayoutPayments)\\.java"))
                    .toList()) {
                String owner = file.getFileName()
                        .toString()
                        .replaceAll("(Dao|Reads)\\.java", "Dao")
                        .replace(".java", "");
                declaration
                        .matcher(Files.readString(file))
                        .results()
                        .flatMap(names)
                        .forEach(name -> methods.add(owner + "." + name));
            }
        }
        return methods;
    }
}
