/** How the app is reached. */
import {
  bool,
  defaulted,
  integer,
  nested,
  optional,
  required,
  set,
  string,
  writeOnly,
} from "../../../../terraform-plugin";
import { secretVersion } from "../../../secrets/version";
import { type NginxSettings, NO_NGINX_SETTINGS, readNginx } from "../../../settings/nginx-config";
import { plain, setting } from "../row";
import { atLeast, port } from "../validators";

export const network = {
  ports: setting(
    defaulted(
      set(
        nested({
          host_port: required(integer, { validators: [port] }),
          container_port: required(integer, { validators: [port] }),
        }),
      ),
      [],
      {
        description:
          "Ports on the node itself, TCP and UDP, past CapRover's nginx and its basic auth. A protocol or publish mode that a later CapRover than 1.15.3 keeps is not known here: any change of the ports takes it away.",
      },
    ),
    {
      read: ({ app }) =>
        app.ports.map(({ hostPort, containerPort }) => ({
          host_port: hostPort,
          container_port: containerPort,
        })),
      write: (ports) => ({
        ports: ports.map((one) => ({ hostPort: one.host_port, containerPort: one.container_port })),
      }),
    },
  ),
  http_port: setting(
    defaulted(integer, 80, {
      description: "The container's port that the app's address leads to.",
      validators: [port],
    }),
    plain("containerHttpPort"),
  ),
  websocket_support: setting(defaulted(bool, false), plain("websocketSupport")),
  web_app: setting(defaulted(bool, true, { description: "The app has an address." }), {
    read: ({ app }) => !app.notExposeAsWebApp,
    write: (webApp) => ({ notExposeAsWebApp: !webApp }),
  }),
  nginx: setting(
    optional(
      nested({
        proxy_read_timeout_seconds: optional(integer, {
          description:
            "How long the app may be silent within an answer before nginx cuts it off. Default: nginx's own, 60.",
          validators: [atLeast(1)],
        }),
        client_max_body_size_mib: optional(integer, {
          description: "The largest upload, in MiB. Default: CapRover's, 500.",
          validators: [atLeast(1)],
        }),
      }),
      {
        description:
          "Changes these lines of the app's nginx template, CapRover's own or the one that the app has in the dashboard, and no other. Taken out, they say again what they said before.",
      },
    ),
    {
      read: ({ app }, prior) => {
        const found = readNginx(app.nginxConfig);
        if (found === null) {
          const saysNothing =
            prior?.proxy_read_timeout_seconds === null && prior.client_max_body_size_mib === null;
          return saysNothing ? prior : null;
        }
        return {
          proxy_read_timeout_seconds: found.proxyReadTimeoutSeconds,
          client_max_body_size_mib: found.clientMaxBodySizeMiB,
        };
      },
      write: (nginx) => ({ nginx: nginxOf(nginx) }),
    },
  ),
  basic_auth: setting(
    optional(
      nested({
        user: required(string, {
          validators: [(user) => (/^[^:]+$/.test(user) ? undefined : "it is empty or holds a colon")],
        }),
        password_wo: writeOnly(string, {
          description: "Without it the saved password stays.",
          // CapRover would save the word "undefined" as its hash
          validators: [(password) => (password === "" ? "it is empty" : undefined)],
        }),
        password_wo_version: secretVersion("the password"),
      }),
      { description: "HTTP basic auth before the app's address." },
    ),
    {
      read: ({ app, digests }, prior) => {
        if (app.basicAuth === undefined) return null;
        const isOurs = digests.matches("basic_auth", app.basicAuth.passwordHash);
        return {
          user: app.basicAuth.user,
          password_wo_version: isOurs ? (prior?.password_wo_version ?? 1) : 0,
        };
      },
      write: (auth, configured) => ({
        basicAuth:
          auth === null ? undefined : { user: auth.user, password: configured?.password_wo ?? undefined },
      }),
    },
  ),
};

interface NginxAttributes {
  readonly proxy_read_timeout_seconds: number | null;
  readonly client_max_body_size_mib: number | null;
}

export function nginxOf(nginx: NginxAttributes | null): NginxSettings {
  if (nginx === null) return NO_NGINX_SETTINGS;
  return {
    proxyReadTimeoutSeconds: nginx.proxy_read_timeout_seconds,
    clientMaxBodySizeMiB: nginx.client_max_body_size_mib,
  };
}
