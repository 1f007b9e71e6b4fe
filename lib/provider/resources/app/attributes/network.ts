/** How the app is reached. */
import { BASIC_AUTH_USER } from "../../../../caprover-server/limits";
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
          host_port: required(integer, { description: "Port of the node.", validators: [port] }),
          container_port: required(integer, { description: "Port of the container.", validators: [port] }),
        }),
      ),
      [],
      {
        description:
          "Ports of the node that lead to the container, TCP and UDP. They bypass CapRover's nginx and its basic auth. CapRover after 1.15.3 may keep a protocol or publish mode for a port; a change of `ports` removes it.",
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
  websocket_support: setting(
    defaulted(bool, false, { description: "nginx passes WebSocket connections on to the app." }),
    plain("websocketSupport"),
  ),
  web_app: setting(defaulted(bool, true, { description: "Whether the app has an address." }), {
    read: ({ app }) => !app.notExposeAsWebApp,
    write: (webApp) => ({ notExposeAsWebApp: !webApp }),
  }),
  nginx: setting(
    optional(
      nested({
        proxy_read_timeout_seconds: optional(integer, {
          description:
            "How long the app may pause within an answer before nginx cuts it off. Default: nginx's own, 60.",
          validators: [atLeast(1)],
        }),
        client_max_body_size_mib: optional(integer, {
          description: "The largest upload. Default: CapRover's own, 500.",
          validators: [atLeast(1)],
        }),
      }),
      {
        description:
          "Changes only these lines of the app's nginx template, be it CapRover's own or one from the dashboard. When a setting is removed, the previous line comes back.",
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
          description: "User name, without a colon.",
          validators: [
            (user) => (BASIC_AUTH_USER.accepts(user) ? undefined : "it is empty or holds a colon"),
          ],
        }),
        password_wo: writeOnly(string, {
          description: "The password. Without it the saved one stays.",
          // CapRover would save the word "undefined" as its hash
          validators: [(password) => (password === "" ? "it is empty" : undefined)],
        }),
        password_wo_version: secretVersion("the password"),
      }),
      { description: "HTTP basic auth in front of the app's address." },
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
      write: (auth, { password }) => ({
        basicAuth: auth === null ? undefined : { user: auth.user, password },
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
