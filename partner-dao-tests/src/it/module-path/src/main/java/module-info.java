/** A service on the module path. */
module com.example {
    requires com.dotmac.partner.dao;
    requires com.dotmac.partner.schema;
    requires com.zaxxer.hikari;
    requires java.sql;
    // The library has no descriptor that asks for it, and java resolves a module that has one only if somebody asks.
    requires org.jooq;
}
