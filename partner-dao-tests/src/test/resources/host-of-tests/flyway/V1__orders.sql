create table customers (id uuid primary key default gen_random_uuid(), name text not null);
create table orders (id bigserial primary key, customer_id uuid not null references customers);
