# PostgreSQL of Debian, with or without TimescaleDB, inside a Debian root. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2154

# As the root's user postgres, and without this shell's environment: PGHOST, TZ and the like would change the server.
as_postgres() {
  local programs=/usr/lib/postgresql/$version/bin:/usr/bin:/bin
  without_locks chroot --userspec=postgres:postgres "$root" env -i PATH="$programs" LANG=C.UTF-8 "$@"
}

# place is the server's folder as seen in the root, folder the same as seen from outside.
debian_locate() {
  set_root "$suite"
  place=/var/lib/firefly/$name
  folder=$root$place
}

debian_pid() { own_pid "$folder/data/postmaster.pid" "$folder/data"; }
debian_url() { echo "$url"; }

debian_up() {
  ensure_root "$suite"
  debian_locate
  if ! debian_pid >/dev/null; then
    require_free_port
    [[ -d $folder ]] || debian_create
  fi
  debian_run
}

debian_start() {
  debian_locate
  [[ -d $folder ]] || fail "$name has no data yet: scripts/database up $name makes it"
  debian_run
}

# Made under another name and then renamed, so that an interrupted creation leaves no half-made server.
debian_create() {
  local unfinished=$place.unfinished
  rm -rf "$root$unfinished"
  {
    chroot "$root" install -d -o postgres -g postgres "$unfinished" "$unfinished/tls" &&
      make_certificates "$unfinished/tls" &&
      echo firefly >"$root$unfinished/password" &&
      as_postgres initdb --pgdata "$unfinished/data" --username firefly --pwfile "$unfinished/password" --no-sync \
        --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 &&
      echo "CREATE DATABASE firefly" | as_postgres postgres --single -j -D "$unfinished/data" postgres &&
      echo "include 'firefly.conf'" >>"$root$unfinished/data/postgresql.conf" &&
      make_durable "$unfinished"
  } >"$root$place.log" 2>&1 || fail_with_log "$root$place.log" "$name could not be created"
  mv "$root$unfinished" "$folder"
}

# initdb would sync each file; one sync of the file system is faster, and tests need none.
make_durable() {
  [[ $durable == no ]] || chroot "$root" sync --file-system "$1"
}

# Signs a certificate for the server with a CA of its own. The CA's key is removed: nothing else is ever to be signed.
make_certificates() {
  # shellcheck disable=SC2016 # Expanded by the inner shell.
  as_postgres sh -euc '
    cd "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -keyout ca.key -out ca.crt \
      -subj "/CN=Firefly local database CA" \
      -addext "keyUsage=critical,keyCertSign,cRLSign"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout server.key -out server.csr \
      -subj "/CN=localhost"
    printf "%s\n" "subjectAltName=DNS:localhost,IP:127.0.0.1" "basicConstraints=critical,CA:FALSE" \
      "keyUsage=critical,digitalSignature" "extendedKeyUsage=serverAuth" >server.ext
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \
      -extfile server.ext -out server.crt
    chmod 600 server.key
    rm ca.key server.csr server.ext
  ' make_certificates "$1"
}

# Starts the server on its data, if it is not running, and prints its URL. The settings are written at every start, so
# that they follow this file also on data made before.
debian_run() {
  local log=$folder/log pid running_port
  if pid=$(debian_pid); then
    running_port=$(sed -n 4p "$folder/data/postmaster.pid")
    [[ $running_port == "$port" ]] || fail "$name runs on port $running_port: scripts/database stop $name first"
    echo "$url"
    return
  fi
  require_free_port
  remove_stale_pid
  debian_settings >"$folder/data/firefly.conf"
  as_postgres pg_ctl start --silent --wait --timeout 120 --pgdata "$place/data" --log "$place/log" \
    </dev/null >/dev/null 2>&1 || fail_with_log "$log" "$name did not start"
  echo "$url"
}

# After a crash of the machine, or of the postmaster alone, its pid file remains, and the pid may be another process's by
# now. PostgreSQL then refuses to start, rightly: a backend could still be writing. So the file goes only once no
# process works in the data folder any more; backends whose postmaster died end by themselves.
remove_stale_pid() {
  local pid_file=$folder/data/postmaster.pid deadline=$((SECONDS + 10)) left
  [[ -f $pid_file ]] || return 0
  while left=$(pids_working_in "$folder/data") && [[ -n $left ]]; do
    ((SECONDS < deadline)) || fail "these processes still work in $folder/data: ${left//$'\n'/ }"
    sleep 0.2
  done
  rm -f "$pid_file"
}

debian_settings() {
  cat <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
max_connections = 200
shared_buffers = $shared_buffers
jit = off
ssl = on
ssl_cert_file = '../tls/server.crt'
ssl_key_file = '../tls/server.key'
# The root has no /dev/shm, and a file there would be on disk.
dynamic_shared_memory_type = sysv
# A query over many chunks or partitions locks each of them.
max_locks_per_transaction = 256
END
  if [[ $suite == trixie ]]; then
    cat <<END
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
# The Apache 2 edition has no jobs to run, but its scheduler holds each database open, which slows DROP DATABASE down and
# keeps a database from being a template.
timescaledb.max_background_workers = 0
END
  fi
  if [[ $durable == no ]]; then
    cat <<END
fsync = off
synchronous_commit = off
full_page_writes = off
END
  fi
}

debian_stop() {
  debian_locate
  debian_pid >/dev/null || return 0
  as_postgres pg_ctl stop --silent --wait --timeout 120 --pgdata "$place/data" --mode "${1:-fast}" </dev/null >&2 ||
    fail_with_log "$folder/log" "$name did not stop"
}

debian_down() {
  debian_locate
  debian_stop immediate
  rm -rf "$folder" "$folder.unfinished" "$folder.log"
}

debian_status() {
  debian_locate
  debian_pid >/dev/null && echo "running" && return
  echo "stopped"
  return 3
}

debian_ca() {
  debian_locate
  [[ -f $folder/tls/ca.crt ]] || fail "$name has no certificate yet: scripts/database up $name makes it"
  echo "$folder/tls/ca.crt"
}

debian_pids() {
  local pid
  debian_locate
  pid=$(debian_pid) || fail "$name is not running"
  pid_and_children "$pid"
}
