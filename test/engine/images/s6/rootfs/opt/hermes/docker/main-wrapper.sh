#!/bin/sh
# Runs the container's command as the runtime user: a program by its name, anything else as Hermes' arguments.
drop=
if [ "$(id -u)" = 0 ]; then
  drop="/command/s6-setuidgid hermes"
elif [ "$(id -u)" != "$(id -u hermes)" ]; then
  echo "[hermes] ERROR: container started with --user $(id -u) — not supported." >&2
  exit 1
fi
export HOME=/opt/data
cd /opt/data || exit 1
# shellcheck source=/dev/null
. /opt/hermes/.venv/bin/activate
if [ $# -gt 0 ] && command -v "$1" >/dev/null; then
  exec $drop "$@"
fi
exec $drop hermes "$@"
