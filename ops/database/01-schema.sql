-- The only table the services know. Seeded by 02-orders.sql, read by the role of 03-reader.sql.
CREATE TABLE orders (
    id       bigint PRIMARY KEY CHECK (id > 0),
    customer text NOT NULL,
    amount   numeric(12, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);
