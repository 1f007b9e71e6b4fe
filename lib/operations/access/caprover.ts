import { containerOnNode } from "../../caprover-server/container";
import { parseCaptainUrl } from "../../caprover-server/url";
import type { AppState } from "../../hermes/observation";
import { type App, deployed, isPlaceholder } from "../../provider/captain/app";
import { sendToApp } from "../../provider/captain/app-door";
import { readAppLog } from "../../provider/captain/app-logs";
import { Captain } from "../../provider/captain/client";
import { CLOCK_SPEED_VARIABLE, Clock, speedFor } from "../../provider/captain/clock";
import { HttpFailure } from "../../provider/captain/http";
import { TerraformError } from "../../terraform-plugin/diagnostics";
import { createLogger } from "../../terraform-plugin/log";
import type { Manifest } from "../manifest";
import { type AgentAccess, type ServiceAnswer, Unreachable } from "./access";
import { shellOf } from "./engine";

/** How to log in at the CapRover server. */
export interface CapRoverLogin {
  /** Another address than the program names. */
  readonly url?: string | undefined;
  readonly password: string | undefined;
}

export interface CapRoverAccess extends AgentAccess {
  /** The token that may deploy the app; undefined if it accepts none. @throws Unreachable */
  deployToken(): Promise<string | undefined>;
}

/** How long the CapRover server may take for one answer, its restarts included. */
const SERVER_SECONDS = 40;

/**
 * An agent in an app of a CapRover server. Nobody can enter its container from outside, so that only the server and the
 * agent's own services are asked.
 *
 * @throws Unreachable if it is not known which server to ask, or the password is not given
 */
export function capRoverAccess(manifest: Manifest, { url, password }: CapRoverLogin): CapRoverAccess {
  const { place } = manifest;
  if (place.kind !== "caprover") throw new TypeError(`${manifest.agent} does not run on CapRover`);
  const address = url ?? place.url ?? process.env["CAPROVER_URL"];
  if (!address) throw new Unreachable("the CapRover server is not known; set CAPROVER_URL, or give --url");
  if (!password) throw new Unreachable("the CapRover server wants its password; set CAPROVER_PASSWORD");
  const server = serverAt(address, place.insecureHttp === true);
  const captain = new Captain({
    url: server,
    password,
    clock: new Clock(speedFor(server, process.env[CLOCK_SPEED_VARIABLE])),
    timeoutSeconds: SERVER_SECONDS,
    log: createLogger(() => undefined),
  });
  const listApps = () => answered(() => captain.cachedApps(AbortSignal.timeout(SERVER_SECONDS * 1000)));

  const saved = async (): Promise<App> => {
    const { apps } = await listApps();
    const app = apps.get(place.app);
    if (app === undefined) throw new Unreachable(`${server.origin} has no app ${place.app}`, true);
    return app;
  };

  return {
    shell: {
      ...shellOf(manifest, "docker", containerOnNode(place.app)),
      restart: "save the app in CapRover's dashboard",
      where: "in a shell of the node that runs the app",
    },
    async deployToken() {
      return (await saved()).deployToken;
    },
    async app(): Promise<AppState> {
      const app = await saved();
      const version = deployed(app);
      const image = version?.image ?? "";
      return {
        instances: app.instanceCount,
        building: app.isBuilding,
        image: isPlaceholder(image) ? "" : image,
        deployedMs: version?.startedMs ?? 0,
        nowMs: captain.nowMs(),
      };
    },
    async log() {
      const lines = await answered(() =>
        readAppLog(captain, place.app, AbortSignal.timeout(SERVER_SECONDS * 1000)),
      );
      return lines.map(({ atMs, text }) => `${new Date(atMs).toISOString()} ${text}`).join("\n");
    },
    async request(service, { method, path, headers, body, seconds }): Promise<ServiceAnswer> {
      const base = manifest.services[service]?.url;
      if (!base) throw new Unreachable(`no address leads to the ${service} from outside`);
      const { rootDomain } = await listApps();
      try {
        const answer = await sendToApp(captain, rootDomain, {
          url: new URL(path, base),
          method,
          ...(headers && { headers }),
          ...(body !== undefined && { body }),
          timeoutMs: seconds * 1000,
          signal: AbortSignal.timeout(seconds * 1000),
        });
        return { status: answer.status, headers: answer.headers, body: answer.text };
      } catch (error) {
        if (error instanceof HttpFailure || isTimeout(error)) throw new Unreachable(`${base} gave no answer`);
        throw error;
      }
    },
  };
}

/** By the rule of the provider: the password goes to no other machine in clear text unless the program allows it. */
function serverAt(address: string, allowInsecureHttp: boolean): URL {
  try {
    return parseCaptainUrl(address, allowInsecureHttp);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Unreachable(`the CapRover server's address can't be used: ${error.message}`);
  }
}

async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TerraformError)
      throw new Unreachable([error.message, error.detail].filter((part) => part).join(": "));
    if (isTimeout(error))
      throw new Unreachable(`the CapRover server gave no answer within ${SERVER_SECONDS} s`);
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}
