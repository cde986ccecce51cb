# What each NAME stands for. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2034

# Sets name, port, url, and for Debian's servers: suite, version (of PostgreSQL), durable, shared_buffers.
describe() {
  name=$1
  local default_port
  suite=trixie version=17 durable=no shared_buffers=128MB
  case $name in
    dev) default_port=5433 durable=yes shared_buffers=256MB ;;
    timescaledb) default_port=5434 ;;
    postgresql) default_port=5435 suite=bookworm version=15 ;;
    community) default_port=5436 ;;
    bench) default_port=5437 durable=yes shared_buffers=1GB ;;
    scratch) default_port=5438 durable=yes suite=bookworm version=15 ;;
    *) fail "no database is named '$name': the names are dev, timescaledb, postgresql, community, bench and scratch" ;;
  esac
  local setting="FIREFLY_DATABASE_PORT_${name^^}"
  port=${!setting:-$default_port}
  [[ $port =~ ^[0-9]+$ ]] || fail "$setting is '$port': it must be a port number"
  url="postgres://firefly:firefly@127.0.0.1:$port/firefly"
}

# A backend is a family of functions <backend>_<command>.
backend_of() {
  case $1 in
    community) echo community ;;
    dev)
      if [[ -n ${DATABASE_URL:-} ]]; then
        echo external
      elif command -v docker >/dev/null && docker info >/dev/null 2>&1; then
        echo container
      else
        echo debian
      fi
      ;;
    *) echo debian ;;
  esac
}
