create table notes (order_id uuid primary key references orders, note text);
