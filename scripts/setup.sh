# The set-up that start.sh and test.sh share, read by them with `.`: finds Bun or installs it, then the locked
# dependencies. Before: $root is the project's folder. After: $bun is Bun's path, and Bun is on the PATH. POSIX sh.

pinned=1.4.5

say() { printf '%s\n' "$*" >&2; }

# Whether $1 runs here and is Bun 1.4 or later.
suits() {
  version=$("$1" --version 2>/dev/null </dev/null) || return 1
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in *[!0-9]* | '') return 1 ;; esac
  [ "$major" -gt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -ge 4 ]; }
}

# Prints the first Bun that suits. npm may have refused to run the script that puts Bun's binary at its place
# (npm 11 does): then it lies in the platform's own package, of which there may be several (with and without AVX2).
find_bun() {
  for candidate in \
    "$(command -v bun 2>/dev/null)" \
    "${BUN_INSTALL:-${HOME:-}/.bun}/bin/bun" \
    "$root"/.bun/node_modules/bun/bin/bun* \
    "$root"/.bun/node_modules/@oven/bun-*/bin/bun*; do
    if [ -x "$candidate" ] && suits "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

install_bun() {
  if ! command -v npm >/dev/null 2>&1; then
    say "Bun 1.4 or later is missing, and so is npm, which would install it. Either install Bun as https://bun.sh says, or Node.js with npm (on Debian: apt-get install npm), and run this again."
    return 1
  fi
  say "Bun 1.4 or later is missing: npm installs Bun $pinned into $root/.bun"
  mkdir -p "$root/.bun" && npm install --prefix "$root/.bun" --no-audit --no-fund --loglevel=error "bun@$pinned" >&2 || {
    say "npm could not install Bun $pinned: see its words above. Bun can also be installed as https://bun.sh says; then run this again."
    return 1
  }
}

bun=$(find_bun) || {
  install_bun || exit 1
  bun=$(find_bun) || {
    say "npm installed Bun $pinned into $root/.bun, but it does not run on this machine ($(uname -sm)). Install Bun 1.4 or later as https://bun.sh says, and run this again."
    exit 1
  }
}

# For what calls `bun` by its name; npm's binary may be called bun.exe, so the name is made where it lacks.
case $bun in
"$root"/.bun/*)
  mkdir -p "$root/.bun/bin" && ln -sf "$bun" "$root/.bun/bin/bun" && bun=$root/.bun/bin/bun
  ;;
esac
if [ "$(command -v bun 2>/dev/null)" != "$bun" ]; then
  PATH=$(dirname "$bun"):$PATH
  export PATH
fi

# Quietly where they are installed already; a failure is said by the second try.
dependencies() { (cd "$root" && "$bun" install --frozen-lockfile "$@" >&2); }
{ [ -d "$root/node_modules" ] && dependencies --silent; } || dependencies || {
  say "The locked dependencies could not be installed: see Bun's words above."
  exit 1
}
