-- The role the services log in with: it may read orders, and nothing else. The password is the laptop's default; a
-- database that others can reach needs another one (ALTER ROLE).
CREATE ROLE order_reader LOGIN PASSWORD 'order_reader';

GRANT SELECT ON orders TO order_reader;

-- A read by primary key takes under a millisecond. One that takes a second is stuck, and its connection is wanted. More
-- is needed only by whoever has reads wait for longer (01-schema.sql).
ALTER ROLE order_reader SET statement_timeout = '1s';
