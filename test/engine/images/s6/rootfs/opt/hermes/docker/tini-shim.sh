#!/bin/sh
# For callers that still start the image as `tini FLAGS -- entrypoint.sh COMMAND`.
while [ $# -gt 0 ]; do
  case "$1" in
    --) shift && break ;;
    -*) shift ;;
    *) break ;;
  esac
done
case "${1:-}" in */entrypoint.sh) shift ;; esac
exec /init /opt/hermes/docker/main-wrapper.sh "$@"
