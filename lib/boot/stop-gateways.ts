/**
 * A script of s6-overlay's `cont-finish.d`, POSIX sh. It runs when the services are down and no other process has got
 * a signal.
 */
import { CONTAINER_VARIABLES } from "../hermes/container-variables";

export const STOP_GATEWAYS_PATH = "/etc/cont-finish.d/10-cdktf-hermes-gateways";

/**
 * Stops all gateways at once, because each may need its whole time. A folder that is not supervised is left out: with
 * one among several, `s6-svc` would signal none of them.
 */
export const STOP_GATEWAYS = `#!/bin/sh
# Stops all gateways, and waits until the last one is down: no longer than the variable says, in milliseconds.
PATH=/command:$PATH
wait=$(printcontenv ${CONTAINER_VARIABLES.servicesWait.variable} 2>/dev/null)
case "$wait" in '' | 0* | *[!0-9]*) wait=30000 ;; esac
set --
for slot in /run/service/gateway-*; do
  s6-svok "$slot" 2>/dev/null && set -- "$@" "$slot"
done
[ $# -gt 0 ] || exit 0
for slot; do s6-svc -d "$slot"; done
s6-svwait -D -t "$wait" "$@"
exit 0
`;
