import { verifyApr1 } from "../../../support/apr1";
import type { ProgramRequest, ProgramResponse } from "../engine/image";
import type { Swarm } from "../engine/swarm";
import { ApiStatus, CaptainError } from "./api-status";
import type { AppRecord } from "./app-store";
import { DEFAULT_LIMITS, isValidNginx, type NginxLimits, readLimits, renderTemplate } from "./nginx-template";

/** The configuration of one host name. */
interface Site {
  readonly serviceName: string;
  readonly port: number;
  readonly hasSsl: boolean;
  readonly forceSsl: boolean;
  readonly redirectDomain: string;
  readonly websocketSupport: boolean;
  readonly auth: { readonly user: string; readonly passwordHashed: string } | undefined;
  readonly limits: NginxLimits;
}

export const DEFAULT_NGINX_CONFIG = `<%
if (s.forceSsl) {
%>
server {
  listen 80;
  server_name <%- s.publicDomain %>;
  location / {
    return 302 https://$http_host$request_uri;
  }
}
<%
}
%>
server {
  # "listen" follows the certificate
<% if (!s.forceSsl) { %>
  listen 80;
<% } if (s.hasSsl) { %>
  listen 443 ssl;
<% } %>
  client_max_body_size 500m;
  server_name <%- s.publicDomain %>;
  set $upstream http://<%- s.localDomain %>:<%- s.containerHttpPort %>;
  location / {
<% if (s.httpBasicAuthPath) { %>
    auth_basic "Restricted Access";
    auth_basic_user_file <%- s.httpBasicAuthPath %>;
<% } %>
    proxy_pass $upstream;
<% if (s.websocketSupport) { %>
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
<% } %>
  }
}
`;

const DEFAULT_PAGE = "<!doctype html><title>CapRover</title><h1>Nothing here yet :/</h1>\n";

/** CapRover's nginx: one server block for each host name of an app. It answers 200 with a page for any other name. */
export class Nginx {
  private sites: ReadonlyMap<string, Site> = new Map();
  /** Called at a reload, which drops idle connections, also those to CapRover's API. */
  onReload: () => void = () => {};

  constructor(private readonly swarm: Swarm) {}

  /**
   * Renders the configuration of every app, and returns the step that puts it in force. One broken template fails
   * it for all apps.
   * @throws CaptainError 1116 when nginx refuses the result; any other error when a template can't be rendered
   */
  prepare(apps: readonly AppRecord[], rootDomain: string): () => void {
    const sites = new Map<string, Site>();
    for (const { name, definition: app, naming } of apps) {
      if (app.notExposeAsWebApp) continue;
      const hosts = [
        { publicDomain: `${name}.${rootDomain || "captain.localhost"}`, hasSsl: app.hasDefaultSubDomainSsl },
        ...app.customDomain,
      ];
      for (const { publicDomain, hasSsl } of hosts) {
        const port = app.containerHttpPort ?? 80;
        const template = app.customNginxConfig ?? "";
        const limits =
          template === ""
            ? DEFAULT_LIMITS
            : limitsIn(template, {
                publicDomain,
                hasSsl,
                localDomain: naming.serviceName,
                containerHttpPort: port,
                forceSsl: app.forceSsl,
                websocketSupport: app.websocketSupport,
                httpBasicAuthPath:
                  app.httpAuth === undefined ? "" : `/etc/nginx/conf.d/captain-${publicDomain}.auth`,
              });
        sites.set(publicDomain, {
          serviceName: naming.serviceName,
          port,
          hasSsl,
          forceSsl: app.forceSsl,
          redirectDomain: app.redirectDomain,
          websocketSupport: app.websocketSupport,
          auth: app.httpAuth,
          limits,
        });
      }
    }
    return () => {
      this.sites = sites;
      this.onReload();
    };
  }

  /** Whether an app answers on the host name. */
  serves(host: string): boolean {
    return this.sites.has(host);
  }

  answer(host: string, request: ProgramRequest): ProgramResponse {
    const site = this.sites.get(host);
    if (site === undefined) return page(200, DEFAULT_PAGE);
    if (request.path.startsWith("/.well-known/")) return page(404, "<h1>404 Not Found</h1>\n");
    const secure = request.headers["x-forwarded-proto"] === "https";
    if (site.redirectDomain !== "" && site.redirectDomain !== host) {
      return redirect(`http://${site.redirectDomain}${request.path}`);
    }
    if (site.forceSsl && site.hasSsl && !secure) return redirect(`https://${host}${request.path}`);
    if (site.auth !== undefined && !isAuthorized(request, site.auth)) {
      return {
        status: 401,
        headers: { "WWW-Authenticate": 'Basic realm="Restricted Access"', "Content-Type": "text/html" },
        body: "<h1>401 Authorization Required</h1>\n",
      };
    }
    if (Buffer.byteLength(request.body) > site.limits.bodyBytes) {
      return page(413, "<h1>413 Request Entity Too Large</h1>\n");
    }
    const { readSeconds } = site.limits;
    const passed = this.pass(site, host, request, secure) ?? page(502, "<h1>502 Bad Gateway</h1>\n");
    return (passed.afterSeconds ?? 0) <= readSeconds
      ? passed
      : { ...page(504, "<h1>504 Gateway Time-out</h1>\n"), afterSeconds: readSeconds };
  }

  private pass(
    site: Site,
    host: string,
    request: ProgramRequest,
    secure: boolean,
  ): ProgramResponse | undefined {
    const { upgrade, ...headers } = request.headers;
    const websocket = site.websocketSupport && upgrade !== undefined;
    const passed = { ...headers, host, "x-forwarded-proto": secure ? "https" : "http" };
    return this.swarm.request(site.serviceName, site.port, {
      ...request,
      headers: websocket ? { ...passed, upgrade, connection: "upgrade" } : { ...passed, connection: "close" },
    });
  }
}

/** @throws CaptainError 1116 when nginx refuses the rendered template */
function limitsIn(template: string, variables: Readonly<Record<string, unknown>>): NginxLimits {
  const config = renderTemplate(template, variables);
  if (isValidNginx(config)) return readLimits(config);
  throw new CaptainError(
    ApiStatus.nginxValidationFailed,
    "nginx configuration test failed; the change was reverted",
  );
}

function isAuthorized({ headers }: ProgramRequest, auth: NonNullable<Site["auth"]>): boolean {
  const [scheme = "", encoded = ""] = String(headers["authorization"] ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return false;
  const [user, ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return user === auth.user && verifyApr1(password.join(":"), auth.passwordHashed);
}

function page(status: number, body: string): ProgramResponse {
  return { status, headers: { "Content-Type": "text/html" }, body };
}

function redirect(location: string): ProgramResponse {
  return { status: 302, headers: { Location: location }, body: "" };
}
