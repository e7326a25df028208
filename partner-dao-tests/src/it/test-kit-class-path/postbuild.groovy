// What the test kit adds to the class path of a service that has the library. The server's own archive does not count.
def jars = { name ->
    new File(basedir, "target/$name").text.trim().split(File.pathSeparator).collect { new File(it).name } as Set
}
def added = (jars('tests.txt') - jars('library.txt')).findAll { !it.startsWith('embedded-postgres-binaries-') }.sort()

assert added.any { it.startsWith('partner-dao-testkit-') }: "the class path has no test kit: $added"
assert added.size() <= 15: "the test kit adds ${added.size()} jars to the library's, at most 15: $added"
['junit', 'spring', 'testcontainers', 'archunit', 'slf4j-simple', 'logback', 'commons-csv', 'picocli', 'jmh'].each { heavy ->
    assert added.every { !it.contains(heavy) }: "the test kit brings $heavy, which a service chooses for itself: $added"
}
println "The test kit adds ${added.size()} jars: $added"
return true
