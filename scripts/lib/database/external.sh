# The database that DATABASE_URL names: somebody else's, so it is only ever pointed to. Sourced by scripts/database.
# shellcheck shell=bash

external_url() { echo "$DATABASE_URL"; }
external_up() { external_url; }
external_start() { external_url; }
external_stop() { say "left alone: DATABASE_URL is set, and what it names was not started here"; }
external_down() { external_stop; }
external_status() { echo "external"; }
external_ca() { fail "the certificate authority of DATABASE_URL is not known here"; }
external_pids() { fail "the processes behind DATABASE_URL are not known here"; }
