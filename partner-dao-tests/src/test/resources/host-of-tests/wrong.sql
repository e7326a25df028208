create tabel customers (id uuid primary key);
