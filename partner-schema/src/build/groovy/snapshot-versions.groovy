// Writes the snapshots of every version for the jar: its migrations, and what each of them changes in the catalog. The script
// migrates a schema of its own in the throwaway database, one version at a time, reads the catalog each time, and drops the schema.
import groovy.sql.Sql
import java.util.logging.Level
import java.util.logging.Logger
import org.flywaydb.core.Flyway

// Nobody needs one line for each version and notice here; the build's own migration prints what it does.
Logger flywayLogger = Logger.getLogger('org.flywaydb')
flywayLogger.level = Level.SEVERE
String schema = 'partner_snapshots'
Closure<Flyway> flyway = { String target ->
    Flyway.configure(getClass().classLoader)
            .dataSource(project.properties['db.url'], project.properties['db.user'], project.properties['db.password'])
            .defaultSchema(schema).createSchemas(true).target(target)
            .table('partner_schema_history').baselineOnMigrate(true).baselineVersion('0')
            .locations("filesystem:${project.basedir}/src/main/resources/partner-dao/schema",
                    "filesystem:${project.basedir}/src/main/resources/partner-dao/host-links",
                    "filesystem:${project.basedir}/src/main/resources/partner-dao/row-security",
                    "filesystem:${project.basedir}/src/build/sql/host-standins")
            .placeholders([customers_table: 'customers', customers_key: 'id', customers_columns: 'customer_id',
                           invoices_table: 'invoices', invoices_key: 'id', invoices_columns: 'invoice_id',
                           users_table: 'users', users_key: 'id', users_columns: 'user_id', lock_timeout: '5s', host_lock_timeout: '1s'])
            .configuration(['flyway.postgresql.transactional.lock': 'false'])
            .load()
}
Closure<String> escaped = { String text -> text.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t') }

String question = new File(project.basedir, 'src/main/resources/com/dotmac/partner/schema/catalog/catalog.sql').text
// A driver's instance rather than its name: DriverManager does not see the class loader of a plugin.
Properties login = [user: project.properties['db.user'], password: project.properties['db.password']] as Properties
Sql sql = new Sql(getClass().classLoader.loadClass('org.postgresql.Driver').newInstance().connect(project.properties['db.url'], login))

Closure<String[]> named = { String query -> sql.rows(query).collect { it.name as String } as String[] }
Closure<Map<List<String>, String>> facts = {
    sql.execute("set search_path to ${Sql.expand(schema)}")
    def arrays = [
            named("select relname as name from pg_class where relkind = 'r' and relnamespace = '${schema}'::regnamespace"
                    + " and relname ~ '^partner(s\$|_)' and relname <> 'partner_schema_history'"),
            named("select relname as name from pg_class where relkind = 'v' and relnamespace = '${schema}'::regnamespace"
                    + " and relname like 'partner\\_%'"),
            named("select proname as name from pg_proc where pronamespace = '${schema}'::regnamespace and proname like 'partner%'"),
            named("select typname as name from pg_type where typtype = 'e' and typnamespace = '${schema}'::regnamespace"),
    ].collect { sql.connection.createArrayOf('text', it) }
    sql.rows(question, arrays).collectEntries { [([it.kind, it.name]): it.definition] }
}

List<String> lines = ["library\t${project.version}"]
Map<List<String>, String> before = [:]
flyway('latest').info().all().each { migration ->
    String version = migration.version.version
    flyway(version).migrate()
    Map<List<String>, String> after = facts()
    String location = new File(migration.physicalLocation).parentFile.name
    lines << ['V', version, location, migration.script, migration.checksum, migration.description].join('\t')
    def byName = { a, b -> a.key.join('\t') <=> b.key.join('\t') }
    before.findAll { !after.containsKey(it.key) }.sort(byName).each { lines << (['-'] + it.key.collect(escaped)).join('\t') }
    after.findAll { before[it.key] != it.value }.sort(byName).each { lines << (['+'] + it.key.collect(escaped) + escaped(it.value)).join('\t') }
    before = after
}
sql.execute("drop schema ${Sql.expand(schema)} cascade")
sql.close()

File output = new File(project.properties['generated.resources'], 'com/dotmac/partner/schema/catalog/versions.txt')
output.parentFile.mkdirs()
output.text = lines.join('\n') + '\n'
