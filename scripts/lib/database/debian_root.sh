# Debian roots: a minimal installation of a suite in a folder, in which its programs run with chroot. So every machine
# has the same servers, whatever its own release. Sourced by scripts/database.
# shellcheck shell=bash disable=SC2154

# Part of a root's name. Raise it when the packages or the steps below change: an old root stays as it is, with the
# data inside it, until somebody removes it.
ROOT_REVISION=1

declare -A ROOT_PACKAGES=(
  [trixie]="postgresql-17,postgresql-17-timescaledb"
  [bookworm]="postgresql-15"
)

# Mounts and processes made below end with the command, and the command with this script, even when it is killed: a
# server that a package's installation started included.
APART=(setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc)

set_root() {
  root=$cache/roots/$1-$ROOT_REVISION
}

# Sets root, building it when it is missing. The lock is another one than that of the NAME, because names share a root.
ensure_root() {
  set_root "$1"
  [[ ! -d $root ]] || return 0
  mkdir -p "$cache/roots"
  hold_lock "$ROOT_LOCK" "$root.lock" "another build of $root"
  [[ -d $root ]] || build_root "$1"
  exec 9>&-
}

build_root() {
  local suite=$1 unfinished=$root.unfinished log=$root.log mirror builder
  [[ $root != *[[:space:]]* ]] || fail "debootstrap cannot work in '$cache': set FIREFLY_CACHE to a path without blanks"
  require_program debootstrap
  "${APART[@]}" true 2>/dev/null ||
    fail "cannot make a namespace (an unprivileged container?): give it the capability SYS_ADMIN, or set DATABASE_URL"
  mirror=$(debian_mirror)
  use_proxy_of_apt

  say "building a Debian $suite root with ${ROOT_PACKAGES[$suite]}: about a minute, once"
  rm -rf --one-file-system "$unfinished"
  # In the background, because bash handles a signal only once a foreground command has ended.
  "${APART[@]}" debootstrap --variant=minbase --include="${ROOT_PACKAGES[$suite]}" "$suite" "$unfinished" "$mirror" \
    </dev/null >"$log" 2>&1 8>&- 9>&- &
  builder=$!
  # shellcheck disable=SC2064 # These values, not later ones.
  trap "{ kill -KILL $builder || true; wait $builder || true; } 2>/dev/null; rm -rf --one-file-system '$unfinished'" EXIT
  trap 'exit 130' INT TERM HUP
  wait "$builder" || fail_with_log "$log" "debootstrap failed"
  [[ -c $unfinished/dev/null && -c $unfinished/dev/urandom ]] ||
    fail "devices cannot be made in $cache: set FIREFLY_CACHE to a folder on a file system that allows them"

  # Nothing in the root may start by itself, and what debootstrap leaves behind is 200 MB.
  printf '#!/bin/sh\nexit 101\n' >"$unfinished/usr/sbin/policy-rc.d"
  chmod +x "$unfinished/usr/sbin/policy-rc.d"
  rm -rf "$unfinished"/var/lib/postgresql/*/main "$unfinished"/var/cache/apt/archives/*.deb
  mkdir -p "$unfinished/var/lib/firefly"
  mv "$unfinished" "$root"
  trap - EXIT INT TERM HUP
}

# The archive that this machine's apt uses for Debian itself, in whatever format it is configured.
debian_mirror() {
  local mirror
  command -v apt-get >/dev/null || fail "needs apt-get, that is Debian 12 or 13, to know where to get packages from"
  mirror=$(configured_mirror)
  if [[ -z $mirror ]]; then
    # apt knows who signed an archive only once it has its index.
    apt-get update >"$cache/apt-get.log" 2>&1 || true
    mirror=$(configured_mirror)
  fi
  [[ -n $mirror ]] || fail "apt on this machine has no archive whose origin is Debian: see apt-get indextargets"
  if [[ $mirror == mirror+file:* ]]; then
    mirror=$(awk '/^[a-z]+:/ { print $1; exit }' "${mirror#mirror+file:}")
  fi
  echo "$mirror"
}

configured_mirror() {
  # shellcheck disable=SC2016 # apt's own variables.
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
    awk -F '|' '$1 == "Debian" && $2 == "Debian" && !found { print $3; found = 1 }'
}

# debootstrap downloads with wget, which does not read apt's configuration.
use_proxy_of_apt() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [[ -z $proxy || -n ${http_proxy:-} ]] || export http_proxy=$proxy
}

# Programs of Debian 13 that benchmarks compare with.
print_program_prefix() {
  local program=$1 log=$cache/apt-get.log
  [[ $program == victoria-metrics ]] || fail "exec-path knows victoria-metrics only, not '$program'"
  ensure_root trixie
  if [[ ! -x $root/usr/bin/$program ]]; then
    hold_lock "$ROOT_LOCK" "$root.lock" "another installation into $root"
    say "installing $program into $root"
    use_proxy_of_apt
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # dpkg first finishes what an interrupted installation left.
    "${APART[@]}" chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -c "
      dpkg --configure -a && apt-get update &&
      apt-get install --yes --no-install-recommends $program && apt-get clean" </dev/null >"$log" 2>&1 ||
      fail_with_log "$log" "apt-get could not install $program"
  fi
  printf '%schroot %q /usr/bin/%s\n' "${FIREFLY_DATABASE_SUDO:+sudo --non-interactive }" "$root" "$program"
}
