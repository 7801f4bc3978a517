#!/bin/sh
# Installs mono: picks the archive of this platform, holds it against its checksum, tries it, and puts it in place.
# Nothing is changed before that, and a failure leaves nothing behind.
#
#   MONO_VERSION        which version, as in 0.1.0; the latest without it
#   MONO_INSTALL_DIR    where to; ~/.local/bin without it
#   MONO_DOWNLOAD_URL   the folder that holds SHA256SUMS and the archives; a release of the repository without it
#
# The body is functions, called on the last line: of a script that arrives in half, nothing runs.
set -eu

repository=https://github.com/OWNER/mono

main() {
  if [ $# -gt 0 ]; then fail "install.sh takes no arguments" "it is told what to do by variables: MONO_VERSION, MONO_INSTALL_DIR"; fi
  if [ -z "${MONO_INSTALL_DIR:-}" ] && [ -z "${HOME:-}" ]; then fail "HOME is not set" "set MONO_INSTALL_DIR to a folder"; fi
  folder=${MONO_INSTALL_DIR:-$HOME/.local/bin}
  case $folder in
    /*) ;;
    *) folder=$PWD/$folder ;;
  esac
  url=$(find_url)
  platform=$(find_platform)
  require_programs
  made=
  temporary=
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  prepare_folder
  fetch_archive
  try_executable
  put_in_place
  say_what_next
}

fail() {
  printf '✗ cannot install mono: %s\n' "$1" >&2
  if [ -n "${2:-}" ]; then printf '↳ %s\n' "$2" >&2; fi
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

find_url() {
  if [ -n "${MONO_DOWNLOAD_URL:-}" ]; then
    printf '%s\n' "${MONO_DOWNLOAD_URL%/}"
  elif [ -n "${MONO_VERSION:-}" ]; then
    printf '%s\n' "$repository/releases/download/v${MONO_VERSION#v}"
  else
    printf '%s\n' "$repository/releases/latest/download"
  fi
}

# An x64 shell on an arm64 Mac says x86_64. A 32-bit system on a 64-bit kernel cannot run mono: trying it will tell.
find_platform() {
  system=$(uname -s) machine=$(uname -m)
  case $machine in
    x86_64 | amd64) cpu=x64 ;;
    arm64 | aarch64) cpu=arm64 ;;
    *) cpu= ;;
  esac
  case $system in
    Darwin) os=darwin ;;
    Linux) os=linux ;;
    *) os= ;;
  esac
  if [ "$os" = darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || :)" = 1 ]; then cpu=arm64; fi
  if [ -z "$os" ] || [ -z "$cpu" ]; then
    fail "there is no mono for $system on $machine" "it is built for macOS and Linux, on x86_64 and arm64"
  fi
  libc=
  if [ "$os" = linux ] && uses_musl; then libc=-musl; fi
  printf '%s\n' "$os-$cpu$libc"
}

# ldd of musl says its name, and fails. Without an ldd: whose loader is there, and no other one.
uses_musl() {
  if have ldd; then
    case $(ldd --version 2>&1 || :) in
      *musl*) return 0 ;;
      *) return 1 ;;
    esac
  fi
  for loader in /lib/ld-musl-*; do
    if [ -e "$loader" ] && ! [ -e /lib64/ld-linux-x86-64.so.2 ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]; then return 0; fi
  done
  return 1
}

require_programs() {
  have curl || have wget || fail "there is neither curl nor wget" "install one of them"
  have sha256sum || have shasum || have openssl ||
    fail "nothing here can check a SHA-256 checksum" "install sha256sum (coreutils), shasum or openssl"
  for program in tar gzip mktemp; do
    have "$program" || fail "there is no $program" "install it"
  done
}

# The folder, and in it one for what is not finished: a rename within one folder is all or nothing.
prepare_folder() {
  if [ -d "$folder/mono" ]; then fail "$folder/mono is a folder" "set MONO_INSTALL_DIR to another folder"; fi
  missing=$folder
  while ! [ -e "$missing" ]; do
    made="$made$missing
"
    missing=$(dirname "$missing")
  done
  mkdir -p "$folder" 2>/dev/null ||
    fail "the folder $folder cannot be made" "set MONO_INSTALL_DIR to a folder that you can write to"
  temporary=$(mktemp -d "$folder/.mono-install.XXXXXX" 2>/dev/null) ||
    fail "the folder $folder cannot be written to" "set MONO_INSTALL_DIR to a folder that you can write to"
  replaced=$("$folder/mono" --version 2>/dev/null </dev/null || :)
  case $replaced in
    *Mono\ JIT*) fail "$folder/mono is another program: the runtime for .NET" "set MONO_INSTALL_DIR to another folder" ;;
  esac
}

# Also removes the folders that were made for it, if they are empty: deepest first.
clean_up() {
  code=$?
  trap - EXIT
  if [ -n "$temporary" ]; then rm -rf "$temporary"; fi
  if [ "$code" -ne 0 ] && [ -n "$made" ]; then
    printf '%s' "$made" | while IFS= read -r empty; do rmdir "$empty" 2>/dev/null || break; done
  fi
  exit "$code"
}

# download NAME: to the temporary folder. curl says itself what went wrong, and does not let https lead it to http.
download() {
  if have curl; then
    set -- "$1" --fail --location --show-error --connect-timeout 30
    if [ -t 2 ]; then set -- "$@" --progress-bar; else set -- "$@" --silent; fi
    case $url in https:*) set -- "$@" --proto =https --tlsv1.2 ;; esac
    name=$1
    shift
    curl "$@" --output "$temporary/$name" "$url/$name" </dev/null || download_failed "$name"
  else
    # GNU wget would try twenty times, for minutes.
    case $(wget --version 2>&1 || :) in
      *GNU*) wget -q --tries=2 -O "$temporary/$1" "$url/$1" </dev/null || download_failed "$1" ;;
      *) wget -q -O "$temporary/$1" "$url/$1" </dev/null || download_failed "$1" ;;
    esac
  fi
}

download_failed() {
  fail "$url/$1 could not be fetched" \
    "is the network there, and that version? MONO_DOWNLOAD_URL names another place to take it from"
}

sha256() {
  if have sha256sum; then
    sha256sum "$1"
  elif have shasum; then
    shasum -a 256 "$1"
  else
    openssl dgst -sha256 -r "$1"
  fi | cut -c 1-64
}

# The list of checksums names the archive, and so the version.
fetch_archive() {
  download SHA256SUMS
  line=$(grep -E "^[0-9a-f]{64}  mono-[0-9][0-9A-Za-z.+-]*-$platform\.tar\.gz\$" "$temporary/SHA256SUMS" | head -n 1) || :
  if [ -z "$line" ]; then fail "$url has no archive for $platform" "set MONO_VERSION to a version that has one, or build it from the sources"; fi
  archive=${line#*  }
  download "$archive"
  found=$(sha256 "$temporary/$archive")
  if [ "$found" != "${line%% *}" ]; then
    fail "$archive is not what was released: its SHA-256 is $found, and SHA256SUMS says ${line%% *}" "try again; if it stays so, tell the project"
  fi
  tar -xzf "$temporary/$archive" -C "$temporary" || fail "$archive could not be unpacked" "is the disk full?"
  new=$temporary/${archive%.tar.gz}/mono
  [ -f "$new" ] || fail "$archive holds no mono" "tell the project"
  chmod 755 "$new"
}

try_executable() {
  if version=$("$new" --version 2>"$temporary/output" </dev/null); then return; fi
  hint="tell the project, with what your system is"
  if [ "$platform" = linux-x64-musl ]; then hint="it needs libstdc++: apk add libstdc++"; fi
  fail "$archive does not run here: $(head -n 1 "$temporary/output")" "$hint"
}

# A mono that runs keeps the file that it was started from.
put_in_place() {
  mv -f "$new" "$folder/mono" || fail "$folder/mono cannot be replaced" "set MONO_INSTALL_DIR to another folder"
  if [ -n "$replaced" ]; then
    printf '✓ mono %s is installed in %s, in place of %s\n' "$version" "$folder" "$replaced"
  else
    printf '✓ mono %s is installed in %s\n' "$version" "$folder"
  fi
}

say_what_next() {
  case :$PATH: in
    *:"$folder":*)
      first=$(command -v mono || :)
      if [ "$first" != "$folder/mono" ]; then printf '! another mono comes first in PATH: %s\n' "$first"; fi
      ;;
    *) printf '! %s is not in PATH. Add it: %s\n' "$folder" "$(path_line)" ;;
  esac
  printf '↳ completion in your shell: mono completion --help\n'
}

path_line() {
  case ${SHELL:-} in
    */fish) printf 'fish_add_path "%s"\n' "$folder" ;;
    *) printf "echo 'export PATH=\"%s:\$PATH\"' >>%s\n" "$folder" "$(start_up_file)" ;;
  esac
}

# The file that the person's shell reads in a new window. On macOS that is a login shell: bash reads no ~/.bashrc there.
# It reads the first one only of ~/.bash_profile, ~/.bash_login and ~/.profile, so that a new file would hide an old one.
start_up_file() {
  case ${SHELL:-} in
    */zsh)
      # zsh looks in ZDOTDIR, which is seldom set.
      if [ -n "${ZDOTDIR:-}" ]; then printf '%s\n' "$ZDOTDIR/.zshrc"; else printf '%s\n' "~/.zshrc"; fi
      ;;
    */bash)
      if [ "$(uname -s)" != Darwin ]; then printf '%s\n' "~/.bashrc" && return; fi
      for name in .bash_profile .bash_login .profile; do
        if [ -r "${HOME:-}/$name" ]; then printf '%s\n' "~/$name" && return; fi
      done
      printf '%s\n' "~/.bash_profile"
      ;;
    *) printf '%s\n' "~/.profile" ;;
  esac
}

main "$@"
