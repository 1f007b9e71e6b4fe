#!/bin/sh
echo "[hermes] WARNING: docker/entrypoint.sh is a deprecated shim under s6-overlay. It runs the setup" >&2
echo "[hermes] and does NOT exec the CMD: use the image's own ENTRYPOINT." >&2
exec /opt/hermes/docker/stage2-hook.sh
