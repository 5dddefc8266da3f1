#!/bin/sh
# Sets everything up, then runs the whole check; the last line is "N passed, N failed, N skipped".
#   --peers   (or CI=true) on Debian as root: installs the real programs that tests are held against (some are unpacked
#             into .peers/ instead), and skips none of those tests
# Other words go to scripts/check.ts.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/scripts/setup.sh"
cd "$root" || exit 1

peers=${CI:-false}
for word; do
  shift
  if [ "$word" = --peers ]; then peers=true; else set -- "$@" "$word"; fi
done

policy=/usr/sbin/policy-rc.d
kept=$policy.before-protocol-lab

# While packages are installed, no daemon may start: Debian asks this file (policy-rc.d, exit 101: forbidden).
hold_daemons() {
  if [ -e "$policy" ]; then mv "$policy" "$kept" || return 1; fi
  trap release_daemons EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '#!/bin/sh\n# protocol-lab: no daemon starts while test.sh installs packages\nexit 101\n' >"$policy" &&
    chmod 755 "$policy"
}

# Puts the machine's own file back, also after a run that was killed and left ours.
release_daemons() {
  if grep -qs protocol-lab "$policy"; then rm -f "$policy"; fi
  if [ -e "$kept" ]; then mv "$kept" "$policy"; fi
  trap - EXIT INT TERM HUP
}

install_peers() {
  say "Installing: $*"
  hold_daemons || return 1
  apt update
  apt install -y --no-install-recommends "$@"
  installed=$?
  release_daemons
  return $installed
}

# Packages that exclude others: their files, beside the system's, where scripts/peers.ts looks first.
unpack_peers() {
  say "Unpacking into .peers: $*"
  folder=$(mktemp -d) || return 1
  (cd "$folder" && apt -o APT::Sandbox::User=root download "$@") && mkdir -p "$root/.peers" &&
    for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$root/.peers" || break; done
  unpacked=$?
  rm -rf "$folder"
  return $unpacked
}

# Waits for another apt that is at work, asks nothing, and shows no progress bar.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2 </dev/null
}

if [ "$peers" = true ]; then
  missing=$("$bun" scripts/peers.ts --missing-packages) || exit 1
  beside=$("$bun" scripts/peers.ts --packages-to-unpack) || exit 1
  if ! command -v apt-get >/dev/null 2>&1; then
    say "This is no Debian: programs that are missing are not installed, and their tests are skipped."
  elif [ "$(id -u)" -ne 0 ]; then
    say "Only root can install packages: programs that are missing are not installed, and their tests are skipped."
  else
    release_daemons
    # One word a package.
    [ -z "$missing" ] || install_peers $missing || say "apt-get could not install them all: see its words above."
    [ -z "$beside" ] || [ -n "$missing" ] || apt update
    [ -z "$beside" ] || unpack_peers $beside || say "They could not be unpacked: see the words above."
    set -- --peers "$@"
  fi
fi

# `lab query` answers by DuckDB, which no one is made to install.
if [ "$peers" = true ]; then
  "$bun" install --silent --no-save "$("$bun" -e 'import { duckdb } from "./lab/query/index.ts"; console.log(duckdb)')" >&2 ||
    say "DuckDB could not be installed: its tests are skipped."
fi

exec "$bun" scripts/check.ts "$@"
