# TimescaleDB Community as WebAssembly: scripts/lib/community under Node.js. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2154

community_folder() { echo "$cache/community/run"; }
community_pid() { own_pid "$(community_folder)/pid" "$(community_folder)"; }
community_url() { echo "$url"; }

# Sets installed to a copy of scripts/lib/community with its packages, made in the cache because a checkout may be
# read-only or removed while the server runs. Its name follows from its content.
community_install() {
  local source=$scripts/lib/community digest
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    fail "needs Node.js 20 or later with npm: install both"
  fi
  digest=$(cat "$source"/*.json "$source"/*.mjs | sha256sum | cut -c 1-12)
  installed=$cache/community/$digest
  [[ ! -d $installed ]] || return 0
  say "installing PGlite with npm"
  rm -rf "$installed.unfinished"
  mkdir -p "$installed.unfinished"
  cp "$source"/*.json "$source"/*.mjs "$installed.unfinished"
  (cd "$installed.unfinished" && npm ci --ignore-scripts --no-audit --no-fund) >"$cache/community/npm.log" 2>&1 ||
    fail_with_log "$cache/community/npm.log" "npm ci failed"
  mv "$installed.unfinished" "$installed"
}

community_up() {
  if ! community_pid >/dev/null; then
    require_free_port
    community_install
    community_run
  fi
  echo "$url"
}

community_start() { community_up; }

community_run() {
  local folder log deadline=$((SECONDS + 60))
  folder=$(community_folder)
  log=$folder/log
  mkdir -p "$folder"
  (
    cd "$folder" || exit 1
    # A function in the background would leave a shell, with the locks open, between this script and the server.
    setsid nohup node "$installed/serve.mjs" "$port" </dev/null >log 2>&1 8>&- 9>&- &
    echo $! >pid
  )
  until grep -q '^ready' "$log"; do
    if ((SECONDS > deadline)) || ! kill -0 "$(<"$folder/pid")" 2>/dev/null; then
      fail_with_log "$log" "community did not start"
    fi
    sleep 0.1
  done
}

# In memory there is no difference between a stop and a crash, and nothing to keep. The port is closed by the last of
# the process's threads, some time after the process itself is gone.
community_stop() {
  local pid deadline=$((SECONDS + 10))
  pid=$(community_pid) || return 0
  kill -KILL "$pid"
  while port_answers "$port" && ((SECONDS < deadline)); do sleep 0.05; done
}

community_down() {
  community_stop
  rm -rf "$(community_folder)"
}

community_status() {
  community_pid >/dev/null && echo "running" && return
  echo "stopped"
  return 3
}

community_ca() { fail "community has no TLS: use postgresql"; }

community_pids() {
  local pid
  pid=$(community_pid) || fail "$name is not running"
  pid_and_children "$pid"
}
