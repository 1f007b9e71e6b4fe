/** The secrets with which an agent is asked from outside. They go nowhere but to its own addresses. */
import { API_SERVER_SETTINGS } from "../../hermes/api-server";
import { DASHBOARD_LOGINS } from "../../hermes/dashboard-logins";
import type { OwnServiceName } from "../../hermes/services";
import { credentialIn } from "../../support/credentials";
import { isRecord } from "../../support/objects";
import type { Manifest } from "../manifest";

export interface HttpSecrets {
  /** Key of the API server. */
  readonly apiKey?: string;
  /** Password of the dashboard's user. */
  readonly dashboardPassword?: string;
  /** Password that CapRover's nginx asks for before the agent is reached. */
  readonly basicAuthPassword?: string;
}

/** The environment variable with the password of the dashboard's user: the program has only its hash. */
export const DASHBOARD_PASSWORD_VARIABLE = "HERMES_DASHBOARD_PASSWORD";

interface WantedSecret {
  readonly secret: keyof HttpSecrets;
  /** Environment variables that may have it; the first one counts. */
  readonly variables: readonly string[];
  /** For a person at a terminal. */
  readonly question: string;
}

/** What could be asked of an agent that nobody can enter, and what each needs. */
function secretsWanted({ place, services, login, agent, secrets }: Manifest): readonly WantedSecret[] {
  if (place.kind !== "caprover") return [];
  const variables = (...names: readonly (string | undefined)[]) => names.filter((name) => name !== undefined);
  const from = (name: string) => secrets.find(({ variable }) => variable === name)?.from;
  const basicAuth = services.dashboard?.basicAuth ?? services.apiServer?.basicAuth;
  return [
    ...(services.dashboard?.url && login === "basic"
      ? [
          {
            secret: "dashboardPassword" as const,
            variables: variables(
              DASHBOARD_PASSWORD_VARIABLE,
              from(DASHBOARD_LOGINS.basic.settings.password.variable),
            ),
            question: `Password of the dashboard of ${agent}`,
          },
        ]
      : []),
    ...(services.apiServer?.url
      ? [
          {
            secret: "apiKey" as const,
            variables: variables(from(API_SERVER_SETTINGS.key.variable)),
            question: `Key of the API server of ${agent}`,
          },
        ]
      : []),
    ...(basicAuth
      ? [
          {
            secret: "basicAuthPassword" as const,
            variables: variables(basicAuth.passwordVariable),
            question: `Password that CapRover asks for before ${agent}`,
          },
        ]
      : []),
  ];
}

/** The environment variables with which an agent is asked from outside. */
export function variablesWanted(manifest: Manifest): readonly string[] {
  return secretsWanted(manifest).flatMap(({ variables }) => variables.slice(0, 1));
}

/**
 * From the environment, else asked for.
 *
 * @param ask puts a question to a person; an empty answer leaves it out. Undefined if nobody is there
 */
export async function secretsFor(
  manifest: Manifest,
  ask?: (question: string) => Promise<string>,
): Promise<HttpSecrets> {
  const secrets: { -readonly [Name in keyof HttpSecrets]: HttpSecrets[Name] } = {};
  for (const { secret, variables, question } of secretsWanted(manifest)) {
    const given = variables.map((name) => process.env[name]).find((value) => value);
    const value = given ?? (await ask?.(question));
    if (value) secrets[secret] = value;
  }
  return secrets;
}

/** Where a secret is looked for, in words. */
export function whereIs(manifest: Manifest, secret: keyof HttpSecrets): string {
  const wanted = secretsWanted(manifest).find((row) => row.secret === secret);
  return wanted?.variables.length
    ? wanted.variables.join(" or ")
    : "the program, which does not take it from a variable";
}

/** Sends the name and password that CapRover's nginx asks for, where it does. */
export function basicAuthFor(
  { services }: Manifest,
  service: OwnServiceName,
  { basicAuthPassword }: HttpSecrets,
): Readonly<Record<string, string>> {
  const basicAuth = services[service]?.basicAuth;
  if (!basicAuth?.username || basicAuthPassword === undefined) return {};
  const login = Buffer.from(`${basicAuth.username}:${basicAuthPassword}`).toString("base64");
  return { authorization: `Basic ${login}` };
}

/** Variables with secrets that a line of the volume's `.env` would decide, where the boot can't pin them. */
export function secretVariables({ platforms, services, login }: Manifest): readonly string[] {
  const { password, passwordHash, sessionSecret } = DASHBOARD_LOGINS.basic.settings;
  return [
    ...Object.values(platforms).flat(),
    ...(services.apiServer ? [API_SERVER_SETTINGS.key.variable] : []),
    ...(login === "basic" ? [password, passwordHash, sessionSecret].map(({ variable }) => variable) : []),
  ];
}

/** Every text without the secrets, and none with another credential in it. The agent may print what it knows. */
export function scrubbed(value: unknown, secrets: HttpSecrets): unknown {
  const known = Object.values(secrets).filter((secret) => secret.length >= SHORTEST_SECRET);
  const scrub = (part: unknown): unknown => {
    if (typeof part === "string") return shown(part, known);
    if (Array.isArray(part)) return part.map(scrub);
    if (!isRecord(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, inner]) => [shown(name, known), scrub(inner)]),
    );
  };
  return scrub(value);
}

/** A shorter text may be in an answer by chance. */
const SHORTEST_SECRET = 6;

function shown(text: string, known: readonly string[]): string {
  const without = known.reduce((left, secret) => left.replaceAll(secret, "***"), text);
  const credential = credentialIn(without);
  return credential === undefined ? without.slice(0, 300) : `(a text with ${credential}, not shown)`;
}
