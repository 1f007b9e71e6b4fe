#!/bin/sh
# Prepares the data folder, as root, at every start of the container.
data=/opt/data

if [ "$(id -u)" != 0 ]; then
  [ "$(id -u)" = "$(id -u hermes)" ] && exit 0
  echo "[stage2] ERROR: container started with --user $(id -u) (an arbitrary, non-hermes UID)." >&2
  exit 1
fi

valid() {
  case "$1" in '' | *[!0-9]*) return 1 ;; esac
  [ "$1" -ge 1 ] && [ "$1" -le 65534 ]
}
gid=${HERMES_GID:-${PGID:-}}
if valid "$gid" && [ "$gid" != "$(id -g hermes)" ]; then
  echo "[stage2] Changing hermes GID to $gid"
  groupmod --non-unique --gid "$gid" hermes
fi
uid=${HERMES_UID:-${PUID:-}}
if valid "$uid" && [ "$uid" != "$(id -u hermes)" ]; then
  echo "[stage2] Changing hermes UID to $uid"
  usermod --non-unique --uid "$uid" hermes
fi
uid=$(id -u hermes)

# Symbolic links are refused: the agent can write here, and root would follow them.
give() {
  path=$1
  shift
  if [ -L "$path" ]; then
    echo "[stage2] Warning: refusing to change ownership through symlinked path $path — continuing"
  elif [ -e "$path" ]; then
    chown "$@" hermes:hermes "$path" 2>/dev/null \
      || echo "[stage2] Warning: chown of $path failed (rootless container?) — continuing"
  fi
}

folders="backups cron sessions logs logs/gateways hooks memories skills skins plans workspace home pairing
  platforms platforms/pairing lazy-packages"
if [ "$(stat -c %u "$data")" != "$uid" ]; then
  echo "[stage2] Fixing ownership of $data (targeted) to hermes ($uid)"
  give "$data"
  for folder in $folders profiles; do give "$data/$folder" -R; done
fi
for folder in profiles cron pairing logs/gateways; do give "$data/$folder" -R; done
for file in auth.json auth.lock .env state.db state.db-wal state.db-shm hermes_state.db response_store.db \
  response_store.db-wal response_store.db-shm gateway.pid gateway.lock gateway_state.json processes.json \
  active_profile; do
  give "$data/$file"
done

as_hermes() {
  /command/s6-setuidgid hermes "$@"
}
for folder in $folders; do as_hermes mkdir -p "$data/$folder"; done

seed() {
  [ -e "$data/$2" ] || { as_hermes cp "$1" "$data/$2" && as_hermes chmod "$3" "$data/$2"; }
}
seed /opt/hermes/docker/config.yaml.example config.yaml 640
seed /opt/hermes/docker/SOUL.md SOUL.md 644

if [ -n "${HERMES_AUTH_JSON_BOOTSTRAP:-}" ] && ! [ -e "$data/auth.json" ]; then
  printf '%s' "$HERMES_AUTH_JSON_BOOTSTRAP" | as_hermes sh -c 'umask 077 && cat > "$1"' sh "$data/auth.json"
fi
if [ "${HERMES_GATEWAY_BOOTSTRAP_STATE:-}" = running ] && ! [ -e "$data/gateway_state.json" ]; then
  printf '{"gateway_state": "running"}' | as_hermes sh -c 'cat > "$1"' sh "$data/gateway_state.json"
fi
echo "[stage2] Setup complete; starting user services"
