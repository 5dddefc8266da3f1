#!/bin/sh
# Sets everything up, then runs `bun lab scenario intranet`, or `bun lab` with the words given here.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/scripts/setup.sh"

[ $# -gt 0 ] || set -- scenario intranet
# By its path, so that file names among the words mean what they mean where this was called.
exec "$bun" "$root/lab/index.ts" "$@"
