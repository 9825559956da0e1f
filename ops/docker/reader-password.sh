#!/bin/bash
# Gives the services' role the password that they are given, too. Runs after the scripts of ops/database.
set -euo pipefail
psql --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\set password `cat /run/secrets/reader_password`
ALTER ROLE order_reader PASSWORD :'password';
SQL
