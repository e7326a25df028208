create table customers (id uuid primary key);
create table invoices (id uuid primary key);
create table users (id uuid primary key);
create table orders (id uuid primary key, customer_id uuid not null references customers);
