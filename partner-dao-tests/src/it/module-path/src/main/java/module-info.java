/** A service on the module path. */
module com.example {
    requires com.dotmac.partner.dao;
    requires com.dotmac.partner.schema;
    requires com.zaxxer.hikari;
    requires java.sql;
}
