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
 * The proxy image contains an nginx of its own, which reads all of conf.d. With buffering it would hold back the parts
 * of a streamed answer, and would not pass on the agent's header that forbids buffering.
 */
export function patientProxy({
  proxyReadTimeoutSeconds,
  clientMaxBodySizeMiB,
}: Required<CapRoverNginx>): object {
  const directives = [
    `proxy_read_timeout ${proxyReadTimeoutSeconds}s;`,
    `client_max_body_size ${clientMaxBodySizeMiB}m;`,
    "proxy_buffering off;",
    "proxy_pass_header X-Accel-Buffering;",
  ];
  const start = `echo '${directives.join(" ")}' > /etc/nginx/conf.d/patience.conf && exec nginx -g 'daemon off;'`;
  return { TaskTemplate: { ContainerSpec: { Args: ["sh", "-c", start] } } };
}
