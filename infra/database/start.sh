#!/bin/sh
# Starts the database of compose.yaml with TLS. PostgreSQL takes a private key only from its own user, and the mounted
# file has the owner that it has on the host, so the key is copied first. Settings beyond these come as arguments.
set -eu
install -d -o postgres -g postgres -m 700 /run/tls
install -o postgres -g postgres -m 600 /certificates/server.key /certificates/server.pem /run/tls/
exec docker-entrypoint.sh postgres \
  -c ssl=on -c ssl_cert_file=/run/tls/server.pem -c ssl_key_file=/run/tls/server.key \
  -c ssl_min_protocol_version=TLSv1.2 -c hba_file=/etc/firefly/pg_hba.conf "$@"
