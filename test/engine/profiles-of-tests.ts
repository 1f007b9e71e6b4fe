/** Three profiles with own tokens, ports and models, and what each must and must not know. */
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import type { ProfileProps } from "../../lib";
import { type AgentProps, secretOf } from "../agents";
import { eventually } from "../eventually";
import type { Agent } from "./agent";
import type { FakeModel } from "./fake-model";

export const NAMES = ["default", "work", "home"] as const;
export type Name = (typeof NAMES)[number];

export const PORTS: Readonly<Record<Name, number>> = { default: 8642, work: 8643, home: 8644 };

const KINDS = ["api", "bot", "app", "model"] as const;

/** A skill named release-notes. */
const SKILLS = join(__dirname, "../../examples/agent-with-a-mind/skills");

/** The stand-in for Slack accepts tokens with "good" in them. */
export const SECRETS: Readonly<Record<Name, Readonly<Record<(typeof KINDS)[number], string>>>> = {
  default: secretsOf("default"),
  work: secretsOf("work"),
  home: secretsOf("home"),
};

function secretsOf(name: Name) {
  return {
    api: `api-key-of-${name}-0123456789`,
    bot: `xoxb-good-of-${name}`,
    app: `xapp-good-of-${name}`,
    model: `model-key-of-${name}`,
  };
}

/** Values of the program's variables. */
export const VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.flatMap((name) => KINDS.map((kind) => [`${name}_${kind}`, SECRETS[name][kind]])),
);

export interface ProgramOptions {
  readonly release: string;
  readonly model: FakeModel;
  readonly multiplexed?: boolean;
  /** The profiles beside the default one. @default ["work", "home"] */
  readonly profiles?: readonly Name[];
}

export function program(options: ProgramOptions): (stack: TerraformStack) => AgentProps {
  const { release, model, multiplexed = false, profiles = ["work", "home"] } = options;
  return (stack) => {
    const of = (name: Name): ProfileProps => ({
      soul: { text: `You are the soul of ${name}.` },
      skills: [SKILLS],
      crons: { [`job-of-${name}`]: { schedule: "0 3 * * *", prompt: `Say that you are ${name}.` } },
      config: { skills: { disabled: [`disabled-in-${name}`] } },
      model: {
        provider: "custom",
        name: `model-of-${name}`,
        baseUrl: model.baseUrl,
        apiKey: secretOf(stack, `${name}_model`),
      },
      messaging: {
        slack: {
          botToken: secretOf(stack, `${name}_bot`),
          appToken: secretOf(stack, `${name}_app`),
          allowedUsers: [`U${name.toUpperCase()}`],
        },
      },
      ...((name === "default" || !multiplexed) && {
        apiServer: { key: secretOf(stack, `${name}_api`), port: PORTS[name] },
      }),
    });
    return {
      release,
      ...of("default"),
      profiles: Object.fromEntries(profiles.map((name) => [name, of(name)])),
      // What earlier releases can't do is their default.
      ...(multiplexed && { multiplexProfiles: true }),
    };
  };
}

/** A profile's folder in the container. */
export function homeOf(name: Name): string {
  return name === "default" ? "/opt/data" : `/opt/data/profiles/${name}`;
}

/** A chat with a profile over HTTP: at its own port, or below the path of a gateway that serves all. */
export async function chat(agent: Agent, name: Name, multiplexed = false): Promise<string> {
  const owner = multiplexed ? "default" : name;
  const path = multiplexed && name !== "default" ? `/p/${name}` : "";
  const response = await agent.fetch(PORTS[owner], `${path}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${SECRETS[owner].api}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: `Hello ${name}` }] }),
  });
  return await response.text();
}

export interface Answered {
  readonly model: unknown;
  readonly key: string | undefined;
  readonly soul: boolean;
  readonly skill: boolean;
  readonly secretsOfOthers: readonly string[];
}

/** Chats with each profile, and says as whom each was answered. */
export async function answers(
  agent: Agent,
  model: FakeModel,
  names: readonly Name[],
  multiplexed = false,
): Promise<Readonly<Record<string, Answered>>> {
  const entries: [Name, Answered][] = [];
  for (const name of names) {
    const before = model.chats.length;
    let said = "";
    // Before 0.18.2 the default profile's gateway starts only when the container's command has loaded.
    const text = await eventually(
      `${name} answers`,
      240,
      async () => {
        said = await chat(agent, name, multiplexed).catch(String);
        return said.includes(model.answer) ? said : undefined;
      },
      () => said,
    );
    const asked = model.chats
      .slice(before)
      .filter(({ body }) => JSON.stringify(body).includes(`Hello ${name}`));
    const last = asked.at(-1);
    const body: { model?: unknown } = { ...Object(last?.body) };
    entries.push([
      name,
      {
        model: body.model,
        key: last?.authorization,
        soul: JSON.stringify(last?.body).includes(`the soul of ${name}`),
        skill: JSON.stringify(last?.body).includes("release-notes"),
        secretsOfOthers: foreign(name, text + JSON.stringify(last?.body)),
      },
    ]);
  }
  return Object.fromEntries(entries);
}

export function expectedAnswers(names: readonly Name[]): Readonly<Record<string, Answered>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        model: `model-of-${name}`,
        key: `Bearer ${SECRETS[name].model}`,
        soul: true,
        skill: true,
        secretsOfOthers: [],
      },
    ]),
  );
}

/** Of each profile, the jobs that Hermes itself lists, and which settings are in its config.yaml. */
export async function minds(
  agent: Agent,
  names: readonly Name[],
): Promise<Readonly<Record<string, unknown>>> {
  const entries: [Name, unknown][] = [];
  for (const name of names) {
    const { stdout } = await agent.exec("hermes", "-p", name, "cron", "list");
    const jobs = NAMES.filter((other) => stdout.includes(`job-of-${other}`));
    const config = await agent.exec("cat", `${homeOf(name)}/config.yaml`);
    const settings = NAMES.filter((other) => config.stdout.includes(`disabled-in-${other}`));
    entries.push([name, { jobs, settings }]);
  }
  return Object.fromEntries(entries);
}

export function expectedMinds(names: readonly Name[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, { jobs: [name], settings: [name] }]));
}

/** Secrets of other profiles in a text. */
export function foreign(name: Name, text: string): readonly string[] {
  return NAMES.filter((other) => other !== name)
    .flatMap((other) => Object.values(SECRETS[other]))
    .filter((secret) => text.includes(secret));
}

/** Every secret in a text. */
export function secretsIn(text: string): readonly string[] {
  return NAMES.flatMap((name) => Object.values(SECRETS[name])).filter((secret) => text.includes(secret));
}

/** The environment of a profile's gateway and of all below it, as the kernel has it. */
export async function environmentOf(agent: Agent, name: Name): Promise<string> {
  // Root in a container may not look at the processes of others.
  const { stdout } = await agent.exec(
    "/command/s6-setuidgid",
    "hermes",
    "sh",
    "-c",
    `below() { echo "$1"; for c in $(cat /proc/$1/task/*/children 2>/dev/null); do below "$c"; done; }
for p in $(below "$(/command/s6-svstat -o pid /run/service/gateway-${name})"); do tr '\\0' '\\n' < /proc/$p/environ; done`,
  );
  return stdout;
}

/** Whether each profile's gateway is up. */
export async function gateways(
  agent: Agent,
  names: readonly Name[],
): Promise<Readonly<Record<string, string>>> {
  const states: [string, string][] = [];
  for (const name of names) {
    const { stdout } = await agent.exec("/command/s6-svstat", "-o", "up", `/run/service/gateway-${name}`);
    states.push([name, stdout.trim()]);
  }
  return Object.fromEntries(states);
}

/** The state of Slack in a profile's state file. */
export async function slackOf(agent: Agent, name: Name): Promise<string> {
  const { stdout } = await agent.exec("cat", `${homeOf(name)}/gateway_state.json`);
  const state: { platforms?: { slack?: { state?: string } } } = { ...Object(JSON.parse(stdout || "{}")) };
  return state.platforms?.slack?.state ?? "none";
}
