/** The shell scripts of a wrapper, POSIX sh. */

/**
 * Gives files that root made on the volume back to the runtime user, and denies everyone else access to them. It runs
 * as root before any service, follows no symlink, does not touch files that are right, and never fails the boot: a
 * volume that forbids chown (NFS root_squash, rootless engine) gets a warning.
 */
export const REPAIR_OWNERSHIP = `#!/bin/sh
# Gives back to the runtime user what root made in /opt/data, and closes it to everyone else.
[ "$(id -u)" = 0 ] || exit 0
data=/opt/data
# On older images HERMES_UID and HERMES_GID take effect only after this script.
uid=\${HERMES_UID:-$(id -u hermes)} gid=\${HERMES_GID:-$(id -g hermes)}
case "$uid:$gid" in *[!0-9:]*|0*:*|*:0*|:*|*:) uid=$(id -u hermes) gid=$(id -g hermes) ;; esac

warn() { echo "[cdktf-hermes] Warning: $1 (NFS root_squash or a rootless engine?)" >&2; }

# give_back PATH [FIND-OPTION…]: files and directories only, never a symlink or what it points to.
give_back() {
  find "$@" \\( -type f -o -type d \\) \\( ! -user "$uid" -o ! -group "$gid" \\) \\
    -exec chown -h "$uid:$gid" {} + -exec chmod u+rwX,o-rwx {} + || warn "could not repair the ownership of $1"
}

# keep_private MODE PATH…: for regular files that exist.
keep_private() {
  mode=$1; shift
  for file in "$@"; do
    find "$file" -maxdepth 0 -type f -exec chmod "$mode" {} + 2>/dev/null
  done
}

for directory in "$data/home" "$data/home/.codex"; do
  [ -e "$directory" ] || [ -L "$directory" ] || [ -L "$data/home" ] ||
    install -d -o "$uid" -g "$gid" -m 0700 "$directory" || warn "could not make $directory"
done

give_back "$data" -mindepth 1 -maxdepth 1 -type f
[ -d "$data/home" ] && [ ! -L "$data/home" ] && give_back "$data/home" -xdev

keep_private go-rwx "$data/auth.json" "$data/auth.lock" "$data/.env"
keep_private g-w,o-rwx "$data/config.yaml"
if [ -d "$data/home" ] && [ ! -L "$data/home" ]; then
  chmod o-rwx "$data/home" || warn "could not close $data/home"
  [ -L "$data/home/.codex" ] || keep_private go-rwx "$data/home/.codex/auth.json"
fi
exit 0
`;

/**
 * Repairs the ownership, then runs the image's own start command by `exec`, so that PID 1 is what the generation
 * expects.
 */
export function legacyEntrypoint(generation: "entrypoint" | "tini", repairPath: string): string {
  const start = "/opt/hermes/docker/entrypoint.sh";
  return `#!/bin/sh
set -eu
${repairPath}
[ $# -gt 0 ] || set -- gateway run
exec ${generation === "tini" ? `/usr/bin/tini -g -- ${start}` : start} "$@"
`;
}

/** A `hermes` on PATH, for releases in which `docker exec` finds none. As root it first drops to the runtime user. */
export function legacyHermesCommand(): string {
  return `#!/bin/sh
hermes=/opt/hermes/.venv/bin/hermes
if [ "$(id -u)" = 0 ]; then exec gosu hermes "$hermes" "$@"; fi
exec "$hermes" "$@"
`;
}
