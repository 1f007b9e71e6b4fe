/** How patient nginx is, before the agent and inside the further apps. */
import type { CapRoverNginx } from "../../caprover/app-props";
import type { CapRoverTargetProps } from "./props";

/** CapRover's own proxy image, by the tag of its one release. */
export const PROXY_IMAGE = "caprover/nginx-reverse-proxy:1-ef5ffcb";

const PATIENCE: Required<CapRoverNginx> = { proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 500 };

/** Undefined where CapRover's template is to stay as it is. */
export function nginxOf({ nginx }: CapRoverTargetProps): Required<CapRoverNginx> | undefined {
  if (nginx === false) return undefined;
  const {
    proxyReadTimeoutSeconds = PATIENCE.proxyReadTimeoutSeconds,
    clientMaxBodySizeMiB = PATIENCE.clientMaxBodySizeMiB,
  } = nginx ?? {};
  return { proxyReadTimeoutSeconds, clientMaxBodySizeMiB };
}

/**
 * What makes the nginx of the proxy image as patient. Its server block takes its limit for uploads from a variable, 20
 * MiB by default, and a limit in another file would have no effect. The image has no variable for the rest, so that is
 * written to a file of conf.d at the start. With buffering, nginx would hold back the parts of a streamed answer, and
 * would not pass on the agent's header that forbids buffering.
 *
 * @see https://github.com/caprover/nginx-reverse-proxy/blob/master/default.conf
 */
export function patientProxy({ proxyReadTimeoutSeconds, clientMaxBodySizeMiB }: Required<CapRoverNginx>): {
  readonly environment: Readonly<Record<string, string>>;
  readonly serviceOverride: string;
} {
  const directives = [
    `proxy_read_timeout ${proxyReadTimeoutSeconds}s;`,
    "proxy_buffering off;",
    "proxy_pass_header X-Accel-Buffering;",
  ];
  const start = `echo '${directives.join(" ")}' > /etc/nginx/conf.d/patience.conf && exec nginx -g 'daemon off;'`;
  return {
    environment: { CLIENT_MAX_BODY_SIZE: `${clientMaxBodySizeMiB}m` },
    serviceOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: ["sh", "-c", start] } } }),
  };
}
