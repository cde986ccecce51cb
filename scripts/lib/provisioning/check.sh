# Checks of what Grafana and Docker Compose read. Sourced by scripts/test.
# shellcheck shell=bash disable=SC2154

# The first time it compiles PostgreSQL's own parser, which takes a minute.
check_provisioning() {
  local program=$cache/provisioning
  (cd "$scripts/lib/provisioning" && go vet . && go test . >&2 && go build -trimpath -o "$program" .) || return
  "$program" "$checkout"
}
