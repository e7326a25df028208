insert into customers (name) values ('Northwind');
