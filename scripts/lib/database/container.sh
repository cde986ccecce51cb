# dev as a container, where a Docker daemon runs. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2154

CONTAINER=firefly-dev
IMAGE=timescale/timescaledb:latest-pg17

container_url() { echo "$url"; }

container_running() {
  [[ $(docker container inspect --format '{{.State.Running}}' "$CONTAINER" 2>/dev/null) == true ]]
}

container_exists() {
  docker container inspect "$CONTAINER" >/dev/null 2>&1
}

container_up() {
  if container_exists; then
    container_start
    return
  fi
  require_free_port
  say "starting $IMAGE as container $CONTAINER (the first time, Docker pulls it)"
  # Parallel queries share memory through /dev/shm, of which a container has 64 MB by default.
  docker run --detach --name "$CONTAINER" --publish "127.0.0.1:$port:5432" --shm-size 256m \
    --volume "$CONTAINER:/var/lib/postgresql/data" \
    --env POSTGRES_USER=firefly --env POSTGRES_PASSWORD=firefly --env POSTGRES_DB=firefly --env TZ=UTC \
    --env TIMESCALEDB_TELEMETRY=off --env NO_TS_TUNE=true \
    "$IMAGE" -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off -c jit=off \
    -c max_connections=200 -c max_locks_per_transaction=256 \
    >/dev/null
  container_wait
}

container_start() {
  container_exists || fail "there is no container $CONTAINER: scripts/database up dev makes it"
  container_running || docker start "$CONTAINER" >/dev/null
  container_wait
}

# Over TCP, because the image first runs a server on its socket alone, to set the database up.
container_wait() {
  local deadline=$((SECONDS + 120))
  until docker exec "$CONTAINER" pg_isready --quiet --host 127.0.0.1 --username firefly --dbname firefly; do
    if ((SECONDS > deadline)) || ! container_running; then
      docker logs --tail 20 "$CONTAINER" >&2
      fail "container $CONTAINER does not answer"
    fi
    sleep 0.5
  done
  echo "$url"
}

container_stop() {
  container_running || return 0
  if [[ ${1:-} == immediate ]]; then
    docker kill "$CONTAINER" >/dev/null
  else
    docker stop "$CONTAINER" >/dev/null
  fi
}

container_down() {
  ! container_exists || docker rm --force "$CONTAINER" >/dev/null
  docker volume rm --force "$CONTAINER" >/dev/null
}

container_status() {
  container_running && echo "running" && return
  echo "stopped"
  return 3
}

container_ca() { fail "dev has no TLS in a container: use postgresql"; }

container_pids() {
  container_running || fail "$name is not running"
  docker top "$CONTAINER" -o pid | tail -n +2
}
