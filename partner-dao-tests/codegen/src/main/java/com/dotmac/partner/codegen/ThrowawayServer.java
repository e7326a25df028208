package com.dotmac.partner.codegen;

import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.util.Properties;

/**
 * The throwaway database, in a class loader of its own if the generator runs as a plugin. Maven of some distributions puts a
 * commons-io of its own before the plugin's, which is too old to read the server's archive.
 */
final class ThrowawayServer implements AutoCloseable {

    private static final String DATABASE = "com.dotmac.partner.throwaway.ThrowawayDatabase";

    private final AutoCloseable database;

    private ThrowawayServer(AutoCloseable database) {
        this.database = database;
    }

    static ThrowawayServer start() {
        ClassLoader caller = Thread.currentThread().getContextClassLoader();
        ClassLoader own = ThrowawayServer.class.getClassLoader();
        ClassLoader loader = own instanceof URLClassLoader plugin ? new Alone(plugin) : own;
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Object database = loader.loadClass(DATABASE)
                    .getMethod("start", Properties.class)
                    .invoke(null, System.getProperties());
            return new ThrowawayServer((AutoCloseable) database);
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException(failed.getCause().getMessage(), failed.getCause());
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException("the throwaway database is not on the class path", failed);
        } finally {
            Thread.currentThread().setContextClassLoader(caller);
        }
    }

    String url() {
        return text("url");
    }

    String user() {
        return text("user");
    }

    String password() {
        return text("password");
    }

    private String text(String property) {
        try {
            return (String) interfaceOf(database).getMethod(property).invoke(database);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException("the throwaway database does not say its " + property, failed);
        }
    }

    /** The class of the database is not public; its interface is. */
    private static Class<?> interfaceOf(AutoCloseable database) {
        return database.getClass().getInterfaces()[0];
    }

    /** Ends its connections too. */
    @Override
    public void close() {
        try {
            database.close();
        } catch (Exception failed) {
            throw new IllegalStateException("the throwaway database did not stop: " + failed.getMessage(), failed);
        }
    }

    /** The plugin's class path, with nothing of the build tool but its logging. */
    private static final class Alone extends URLClassLoader {

        private final ClassLoader plugin;

        private Alone(URLClassLoader plugin) {
            super(plugin.getURLs(), ClassLoader.getPlatformClassLoader());
            this.plugin = plugin;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.startsWith("org.slf4j.") ? plugin.loadClass(name) : super.loadClass(name, resolve);
        }
    }
}
