# Messages, locks, privileges and processes. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2034,SC2154

say() {
  printf 'database: %s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# Prints the end of a log, then fails.
fail_with_log() {
  local log=$1
  shift
  tail -n 20 "$log" >&2 || true
  fail "$*; the log is $log"
}

# Locks are held on these descriptors until this script ends. Nothing that outlives it may inherit them, so commands
# that start something are run by without_locks.
NAME_LOCK=8
ROOT_LOCK=9

hold_lock() {
  local descriptor=$1 file=$2 holder=$3
  eval "exec $descriptor>\"\$file\""
  flock --nonblock "$descriptor" && return
  say "waiting for $holder"
  flock "$descriptor"
}

without_locks() {
  "$@" 8>&- 9>&-
}

# chroot and debootstrap need root. Starts the script again under sudo, with the settings that it reads.
become_root() {
  [[ $EUID -ne 0 ]] || return 0
  if ! sudo --non-interactive true 2>/dev/null; then
    fail "needs root: run it as root or with passwordless sudo (for dev alone, Docker or a DATABASE_URL do as well)"
  fi
  local settings=("FIREFLY_CACHE=$cache" FIREFLY_DATABASE_SUDO=1) variable
  for variable in "${!FIREFLY_DATABASE_PORT_@}" http_proxy https_proxy; do
    [[ -z ${!variable:-} ]] || settings+=("$variable=${!variable}")
  done
  exec sudo --non-interactive env "${settings[@]}" "$scripts/database" "$@"
}

# Installs a program's package of the same name, where that can be done.
require_program() {
  ! command -v "$1" >/dev/null || return 0
  command -v apt-get >/dev/null || fail "needs $1: install it, or use Debian 12 or 13, where this script does"
  say "installing $1"
  {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$1"
  } >"$cache/apt-get.log" 2>&1 8>&- 9>&- || fail_with_log "$cache/apt-get.log" "apt-get could not install $1"
}

# Whether something answers on a port of this machine.
port_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

require_free_port() {
  ! port_answers "$port" ||
    fail "port $port is used by something else: stop that, or set FIREFLY_DATABASE_PORT_${name^^} to a free port"
}

# A pid from a file may have gone to another process after a restart of the machine. Ours are recognised by the folder
# that they work in. Prints the pid when it is ours.
own_pid() {
  local file=$1 folder=$2 pid
  [[ -f $file ]] && read -r pid <"$file" || return 1
  [[ $pid =~ ^[0-9]+$ && $(readlink "/proc/$pid/cwd") == "$folder" ]] || return 1
  echo "$pid"
}

# Prints a pid and those of its children. Field 4 of stat is the parent; the name before it may hold spaces. Processes
# may end while they are listed.
pid_and_children() {
  echo "$1"
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed -E 's/^([0-9]+) \(.*\) . ([0-9]+) .*/\1 \2/' |
    awk -v parent="$1" '$2 == parent { print $1 }'
}

# Prints the pids of the processes that work in a folder.
pids_working_in() {
  { find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h %l\n' 2>/dev/null || true; } |
    awk -v folder="$1" 'substr($0, index($0, " ") + 1) == folder { sub("/proc/", "", $1); print $1 }'
}
