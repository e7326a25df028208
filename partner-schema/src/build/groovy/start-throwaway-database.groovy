// Starts the throwaway database, and stops it after generation, after a failed step, and on Ctrl-C.
import java.lang.reflect.InvocationHandler
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.nio.file.Files
import java.nio.file.Path
import javax.tools.ToolProvider
import org.apache.maven.execution.ExecutionListener

@groovy.transform.CompileStatic
class MavenLogging extends ClassLoader {
    private final ClassLoader maven

    MavenLogging(ClassLoader maven) {
        super(ClassLoader.platformClassLoader)
        this.maven = maven
    }

    @Override
    protected Class<?> findClass(String name) {
        if (!name.startsWith('org.slf4j.')) {
            throw new ClassNotFoundException(name)
        }
        return maven.loadClass(name)
    }
}

// Flyway lets -Dflyway.url override the build's own URL; it would migrate that database instead of the throwaway one.
String elsewhere = ['flyway.url', 'flyway.user', 'flyway.password', 'flyway.locations', 'flyway.schemas', 'flyway.defaultSchema']
        .find { session.userProperties.containsKey(it) }
if (elsewhere) {
    throw new IllegalStateException("-D${elsewhere} would turn the build's migration to another database. Leave it out of"
            + ' builds; to look at or migrate a database of yours, call the plugin alone: mvn flyway:info -pl partner-schema'
            + ' -Dflyway.url=...')
}

Path classes = Path.of(project.build.directory, 'throwaway-classes')
Files.createDirectories(classes)
Path sources = project.basedir.toPath().resolve('src/build/java')
List<String> files = Files.walk(sources).withCloseable { it.filter { it.toString().endsWith('.java') }*.toString() }
// The plugin's own class path: Testcontainers, embedded PostgreSQL and the driver are its dependencies.
ClassLoader plugin = getClass().classLoader
while (!(plugin instanceof URLClassLoader && plugin.getURLs().any { it.path.contains('testcontainers') })) {
    plugin = plugin.parent
}
String classPath = plugin.getURLs().collect { new File(it.toURI()).path }.join(File.pathSeparator)
List<String> arguments = ['-proc:none', '-d', classes.toString(), '-cp', classPath] + files
if (ToolProvider.systemJavaCompiler.run(null, null, null, arguments as String[]) != 0) {
    throw new IllegalStateException('The sources in src/build/java do not compile; see above.')
}

// A loader of its own: Maven closes the plugin's before the JVM ends, and Testcontainers' shutdown hook still loads classes.
// It sees only the logging of Maven: Debian's Maven brings a commons-io of its own, too old for reading the server's archive.
ClassLoader loader = new URLClassLoader(([classes.toUri().toURL()] + plugin.getURLs().toList()) as URL[], new MavenLogging(session.class.classLoader))
Thread.currentThread().contextClassLoader = loader
Properties chosen = new Properties()
chosen.putAll(project.properties)
chosen.putAll(session.systemProperties)
chosen.putAll(session.userProperties)
AutoCloseable database = loader.loadClass('com.dotmac.partner.throwaway.ThrowawayDatabase').start(chosen)

log.info("Generating from a throwaway database: ${database.description()}")
project.properties['db.url'] = database.url()
project.properties['db.user'] = database.user()
project.properties['db.password'] = database.password()

Thread onCtrlC = new Thread({ database.close() })
Runtime.runtime.addShutdownHook(onCtrlC)
boolean stopped = false
Closure<Void> stop = {
    if (!stopped) {
        stopped = true
        Runtime.runtime.removeShutdownHook(onCtrlC)
        database.close()
    }
}
project.setContextValue('partner.throwaway.stop', stop as Runnable)

// The stopping step does not run after a failed step, so Maven itself reports when this project has ended.
ExecutionListener listener = session.request.executionListener
session.request.executionListener = Proxy.newProxyInstance(plugin, [ExecutionListener] as Class[], { proxy, Method method, Object[] event ->
    if (method.name == 'sessionEnded' || method.name == 'projectFailed' && event[0].project == project) {
        stop()
    }
    method.invoke(listener, event)
} as InvocationHandler) as ExecutionListener
