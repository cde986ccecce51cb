# How each reference is made in a folder. Sourced by scripts/references.
# shellcheck shell=bash disable=SC2154

say() {
  printf 'references: %s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# Prints the end of a log, then fails.
fail_with_log() {
  tail -n 20 "$1" >&2 || true
  fail "$2 could not be made; the log is $1"
}

require() {
  command -v "$1" >/dev/null || fail "needs $1: $2"
}

# Without paths and symbols, which nobody reads here.
go_build() {
  require go "install Go 1.26 or newer from https://go.dev/dl"
  (cd "$scripts/lib/references/$1" && go build -trimpath -ldflags '-s -w' -o "$2/$1" "$3")
}

make_jaeger() { go_build jaeger "$1" github.com/jaegertracing/jaeger/cmd/jaeger; }

# Without service discovery, which is most of the code and finds nothing here.
make_prometheus() {
  require go "install Go 1.26 or newer from https://go.dev/dl"
  local commands=github.com/prometheus/prometheus/cmd
  (cd "$scripts/lib/references/prometheus" &&
    go build -trimpath -ldflags '-s -w' -tags remove_all_sd -o "$1/" "$commands/prometheus" "$commands/promtool")
}

make_collector() { go_build collector "$1" .; }

make_javascript() { npm_install javascript "$1"; }
make_functions() { npm_install functions "$1"; }
make_community() { npm_install community "$1"; }

# With the sources beside their packages, which is where Node.js looks for them.
npm_install() {
  require npm "install Node.js 20 or newer, with npm"
  local sources
  mapfile -t sources < <(sources_of "$1")
  cp "${sources[@]}" "$2"
  (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund)
}

make_python() { pip_install python "$1"; }
make_emulator() { pip_install emulator "$1"; }

# A virtual environment cannot be moved as a whole, but its interpreter can, and nothing else of it is used.
pip_install() {
  require python3 "install Python 3.11 or newer, with venv"
  python3 -m venv "$2" || fail "cannot make a Python environment: apt-get install python3-venv"
  "$2/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --requirement "$(sources_of "$1")"
}
