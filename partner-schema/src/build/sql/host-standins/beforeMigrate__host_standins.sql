-- Stand-ins for the host's tables in a throwaway database. A callback, not a version: the history of a throwaway database
-- is the history of a real one. Never in the jar, never run against a host.
create table if not exists ${users_table} (
    ${users_key} uuid primary key
);
create table if not exists ${customers_table} (
    ${customers_key} uuid primary key
);
create table if not exists ${invoices_table} (
    ${invoices_key} uuid primary key
);
