#!/bin/sh
if [ "$$" = 1 ]; then
  exec /init /opt/hermes/docker/main-wrapper.sh "$@"
fi
echo "[hermes] WARNING: container entrypoint is not PID 1; skipping s6-overlay /init and falling back to" \
  "direct bootstrap. Supervised services are unavailable in this runtime." >&2
export PATH="/command:$PATH"
/opt/hermes/docker/stage2-hook.sh
exec /opt/hermes/docker/main-wrapper.sh "$@"
