-- The orders. Seeded by 02-orders.sql.
CREATE TABLE order_rows (
    id       bigint PRIMARY KEY CHECK (id > 0),
    customer text NOT NULL,
    amount   numeric(12, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);

-- What the services know of them, read by the role of 03-reader.sql. A database can be told to be slow: each read of
-- this view first waits, once, whatever it finds, for as many seconds as threeways.read_wait_seconds says. Unset, empty
-- or 0, as it is here, that is no wait, and costs 3 microseconds (100,000 reads in PL/pgSQL: 2.7 each of the table,
-- 5.4 of the view).
--
--     ALTER SYSTEM SET threeways.read_wait_seconds = '0.05';
--     SELECT pg_reload_conf();
--
-- Connections that are open take it with their next statement. The role's statement_timeout counts the wait, too.
--
-- The subquery refers to no row, so it is computed once for a statement, before any row is read, and the condition on
-- id still reaches the index (EXPLAIN: "One-Time Filter" over "Index Scan"). What pg_sleep returns is never null.
CREATE VIEW orders AS
SELECT id, customer, amount, currency
FROM order_rows
WHERE (SELECT pg_sleep(coalesce(nullif(current_setting('threeways.read_wait_seconds', true), ''), '0')::float8)
              IS NOT NULL);
