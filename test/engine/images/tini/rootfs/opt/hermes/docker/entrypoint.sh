#!/bin/sh
# Boots as root, prepares the data folder, drops to the runtime user and becomes Hermes.
set -eu
data=/opt/data

if [ "$(id -u)" = 0 ]; then
  uid=${HERMES_UID:-10000}
  gid=${HERMES_GID:-10000}
  [ "$gid" = "$(id -g hermes)" ] || groupmod --non-unique --gid "$gid" hermes
  [ "$uid" = "$(id -u hermes)" ] || usermod --non-unique --uid "$uid" hermes
  # Nothing below a rightly owned top folder is looked at: root's own files in it stay root's.
  if [ "$uid" != 10000 ] || [ "$(stat -c %u "$data")" != "$uid" ]; then
    chown -R hermes:hermes "$data"
  fi
  echo "Dropping root privileges"
  exec gosu hermes "$0" "$@"
fi

cd "$data"
# shellcheck source=/dev/null
. /opt/hermes/.venv/bin/activate
mkdir -p cron sessions logs hooks memories skills skins plans workspace home
[ -e .env ] || { : > .env && chmod 600 .env; }
[ -e config.yaml ] || cp /opt/hermes/docker/config.yaml.example config.yaml
[ -e SOUL.md ] || cp /opt/hermes/docker/SOUL.md SOUL.md

case "${HERMES_DASHBOARD:-}" in
  1 | true | TRUE | True | yes | YES | Yes)
    host=${HERMES_DASHBOARD_HOST:-0.0.0.0}
    port=${HERMES_DASHBOARD_PORT:-9119}
    insecure=--insecure
    case "$host" in 127.0.0.1 | localhost | ::1) insecure= ;; esac
    echo "Starting hermes dashboard on $host:$port (background)"
    # shellcheck disable=SC2086 # an empty flag must vanish
    { hermes dashboard --host "$host" --port "$port" --no-open --skip-build $insecure 2>&1 \
      | sed -u 's/^/[dashboard] /'; } &
    ;;
esac

exec hermes "$@"
