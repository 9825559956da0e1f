-- Orders 1 to 100,000, the same on every machine: nothing here is random.
INSERT INTO order_rows (id, customer, amount, currency)
SELECT n,
       'Customer ' || (n % 9973 + 1),
       ((n * 7919) % 100000 + 100) / 100.0,
       (ARRAY ['EUR', 'USD', 'GBP', 'JPY', 'CHF'])[n % 5 + 1]
FROM generate_series(1, 100000) AS n;

-- Now rather than by autovacuum in the middle of a measurement.
VACUUM (FREEZE, ANALYZE) order_rows;
