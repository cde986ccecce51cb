# cargo-lambda, which builds what Lambda loads, and what its result must be. Sourced.
# shellcheck shell=bash

# cargo-lambda and the linker that lets a binary run on Lambda's older C library, from PyPI.
lambda_tools='cargo-lambda==1.9.2 ziglang==0.17.1'
# provided.al2023 has glibc 2.34.
lambda_glibc=2.34
# A larger one starts more slowly.
bootstrap_zip_bytes=5000000

install_cargo_lambda() {
  local venv=$1
  [[ -x $venv/bin/cargo-lambda ]] && return
  command -v python3 >/dev/null || die "python3 is missing: apt-get install python3 python3-venv"
  python3 -m venv "$venv.new" || die "cannot make a Python environment: apt-get install python3-venv"
  # shellcheck disable=SC2086 # a list of words
  "$venv.new/bin/pip" install --quiet --disable-pip-version-check $lambda_tools
  rm -rf "$venv"
  mv "$venv.new" "$venv"
}

# A function as it is deployed: small enough, and for a C library that Lambda has.
check_bootstrap() {
  local bootstrap=$1 zip_bytes glibc
  zip_bytes=$(gzip --best --stdout "$bootstrap" | wc -c)
  ((zip_bytes <= bootstrap_zip_bytes)) || die "$bootstrap: $zip_bytes bytes compressed, more than $bootstrap_zip_bytes"
  glibc=$(objdump -T "$bootstrap" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
  [[ $(printf '%s\n' "${glibc#GLIBC_}" "$lambda_glibc" | sort -V | tail -n 1) == "$lambda_glibc" ]] ||
    die "$bootstrap: needs $glibc, and Lambda has $lambda_glibc"
  say "  ${bootstrap#"$checkout"/}: $zip_bytes bytes compressed, needs ${glibc:-no glibc}"
}
