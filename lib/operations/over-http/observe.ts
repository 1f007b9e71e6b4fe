/**
 * What can be seen of an agent that nobody can enter: by its dashboard, where somebody may log in with a password, and by
 * its API server with the agent's key. Nothing is asked that changes the agent or uses up a login.
 */
import type { DashboardLoginKind } from "../../hermes/dashboard-logins";
import { type AppState, isUnseen, type Observation, type Unseen } from "../../hermes/observation";
import type { Release } from "../../hermes/releases";
import type { OwnServiceName } from "../../hermes/services";
import type { AgentAccess } from "../access/access";
import type { Manifest } from "../manifest";
import { OBSERVED } from "../observed";
import { type ApiQuestion, askProfile, type ModelQuestion, seeApiServer } from "./api-server";
import { asker } from "./ask";
import { seeDashboard } from "./dashboard";
import type { DashboardUser } from "./login";
import { answersOf } from "./profiles";
import { basicAuthFor, type HttpSecrets, scrubbed, secretVariables, whereIs } from "./secrets";

export interface HttpOptions {
  readonly secrets: HttpSecrets;
  readonly release: Release;
  /** Undefined if the model is not asked. */
  readonly question: ModelQuestion | undefined;
  readonly app: AppState | undefined;
}

export async function observeHttp(
  request: NonNullable<AgentAccess["request"]>,
  manifest: Manifest,
  { secrets, release, question, app }: HttpOptions,
): Promise<Observation> {
  const { services } = manifest;
  const ask = (service: OwnServiceName) =>
    asker((asked) => request(service, asked), basicAuthFor(manifest, service, secrets));
  const turnedAway = turnedAwayBy(manifest, secrets);
  const api: ApiQuestion = {
    key: secrets.apiKey ?? lacking(manifest, "apiKey", "the API server's key"),
    turnedAway,
    model: question,
  };
  // What answers in place of an app that does not run is CapRover.
  const down = app && whyDown(app);
  const parts: readonly Observation[] = down
    ? [nothingSeen({ unseen: down })]
    : await Promise.all([
        services.dashboard?.url
          ? seeDashboard(ask("dashboard"), {
              release,
              user: userOf(manifest, secrets),
              turnedAway,
              variables: secretVariables(manifest),
            })
          : {},
        services.apiServer?.url ? seeApiServer(ask("apiServer"), api) : {},
      ]);
  const declared = Object.keys(manifest.profiles ?? {});
  const answered = await Promise.all(
    parts.map(async (part) =>
      part.profiles === undefined || isUnseen(part.profiles)
        ? part
        : {
            ...part,
            profiles: await answersOf(part.profiles, declared, async (path) =>
              services.apiServer?.url ? askProfile(ask("apiServer"), api, path) : NO_ADDRESS,
            ),
          },
    ),
  );
  return OBSERVED.parse(scrubbed(firstSeen([...answered, NEVER_FROM_OUTSIDE]), secrets));
}

const NO_ADDRESS: Unseen = { unseen: "no address leads to the API server from outside" };

const FROM_INSIDE: Unseen = { unseen: "nothing can look into the container from outside" };

const NEVER_FROM_OUTSIDE: Observation = {
  codexLogin: { unseen: "looking from outside would use up an expired login" },
  managed: FROM_INSIDE,
  databases: FROM_INSIDE,
  files: FROM_INSIDE,
  config: FROM_INSIDE,
  cron: FROM_INSIDE,
  mcp: FROM_INSIDE,
  logLines: FROM_INSIDE,
  disk: FROM_INSIDE,
  shadowed: FROM_INSIDE,
  profiles: FROM_INSIDE,
  terminal: FROM_INSIDE,
};

function whyDown({ image, instances }: AppState): string | undefined {
  if (image === "") return "nothing was deployed";
  return instances === 0 ? "the app has no instance" : undefined;
}

function nothingSeen(why: Unseen): Observation {
  const parts = [
    "version",
    "gateway",
    "apiServer",
    "dashboard",
    "model",
    "answer",
    "config",
    "cron",
    "mcp",
    "logLines",
    "disk",
    "shadowed",
    "profiles",
  ];
  return Object.fromEntries(parts.map((part) => [part, why]));
}

/** Each part as the first one that has seen it says, else why the first one has not. */
function firstSeen(observations: readonly Observation[]): Readonly<Record<string, unknown>> {
  const parts: Record<string, unknown> = {};
  for (const observation of observations)
    for (const [name, part] of Object.entries(observation))
      if (parts[name] === undefined || (isUnseen(parts[name]) && !isUnseen(part))) parts[name] = part;
  return parts;
}

function userOf(manifest: Manifest, { dashboardPassword: password }: HttpSecrets): DashboardUser | Unseen {
  const { login, username } = manifest;
  if (login !== "basic") return { unseen: WHY_NOT_PLAYED[login ?? "loopback"] };
  if (!username) return { unseen: "the user's name comes from a sensitive value" };
  return password === undefined
    ? lacking(manifest, "dashboardPassword", "the password of the dashboard's user")
    : { username, password };
}

const WHY_NOT_PLAYED: Readonly<Record<Exclude<DashboardLoginKind, "basic">, string>> = {
  oidc: "a login at an identity provider can't be played",
  nous: "a login at Nous Portal can't be played",
  loopback: "nothing outside the container reaches the dashboard",
  "trusted-network": "the dashboard has no login",
};

function turnedAwayBy(manifest: Manifest, { basicAuthPassword }: HttpSecrets): Unseen {
  if (basicAuthPassword === undefined)
    return lacking(manifest, "basicAuthPassword", "the password that CapRover's basic auth asks for first");
  return { unseen: "CapRover's basic auth does not take the password that is given here", missed: true };
}

function lacking(manifest: Manifest, secret: keyof HttpSecrets, what: string): Unseen {
  return { unseen: `${what} is not in ${whereIs(manifest, secret)}`, missed: true };
}
