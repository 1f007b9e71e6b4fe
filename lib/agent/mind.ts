/** What a mind comes to: settings of config.yaml, and what is declared of one profile's home for the merge at each boot. */
import { createHash } from "node:crypto";
import {
  type ConfigLeaf,
  type DeclaredFile,
  type DeclaredJob,
  type ProfileDeclaration,
  SKILLS_PATH,
  type Value,
} from "../boot/declaration";
import { wholeLeaves } from "../hermes/config-routes";
import { isSchedule, parseSchedule } from "../hermes/cron-schedule";
import type { ConfigMap, ConfigValue } from "../hermes/managed-config";
import { mcpVariable } from "../hermes/mcp";
import { TOOLSET_SURFACES } from "../hermes/toolsets";
import type { Secret } from "../support/secret";
import { holdsToken } from "../support/tokens";
import {
  type CronProps,
  type FallbackModel,
  isToolsetList,
  type McpServerProps,
  type MindProps,
} from "./settings/mind";
import type { FileContent, MindContent } from "./settings/mind-content";
import { fallbackKeyVariable, isCarried } from "./settings/mind-secrets";

/** Settings of config.yaml, by where Hermes reads them. */
export interface MindSettings {
  /** Of the managed file, where the profile has one of its own; else of the home's file. */
  readonly pinned: ConfigMap;
  /** Of the home's file. */
  readonly home: ConfigMap;
}

export function mindSettings(
  profile: string,
  { skills, mcpServers, fallbackModels, toolsets }: MindProps,
): MindSettings {
  const servers = mcpServers && {
    mcp_servers: Object.fromEntries(
      Object.entries(mcpServers).map(([name, server]) => [name, serverSettings(name, server)]),
    ),
  };
  return {
    pinned: {
      ...servers,
      ...(toolsets && { platform_toolsets: toolsetSettings(toolsets) }),
    },
    home: {
      ...servers,
      ...(skills?.length && { skills: { external_dirs: [skillsPath(profile)] } }),
      ...(fallbackModels && {
        fallback_providers: fallbackModels.map(fallbackSettings),
        // Hermes adds the models of the old key behind those of the new one.
        fallback_model: null,
      }),
    },
  };
}

/** Where a profile's declared skills lie in the container. */
function skillsPath(profile: string): string {
  return `${SKILLS_PATH}/${profile}`;
}

/** The arguments stand there even if there are none: otherwise those of the volume would stay. */
function serverSettings(name: string, server: McpServerProps): ConfigMap {
  const { tools, timeoutSeconds } = server;
  const shared = {
    ...(tools && {
      tools: {
        ...(tools.include && { include: [...tools.include] }),
        ...(tools.exclude && { exclude: [...tools.exclude] }),
      },
    }),
    ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds }),
  };
  if (server.url !== undefined)
    return { url: server.url, ...(server.headers && { headers: values(name, server.headers) }), ...shared };
  const { command, args = [], env } = server;
  return { command, args: [...args], ...(env && { env: values(name, env) }), ...shared };
}

function values(server: string, given: Readonly<Record<string, Secret>>): ConfigMap {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "string" && !isCarried(value) ? value : `\${${mcpVariable(server, name)}}`,
    ]),
  );
}

function toolsetSettings(toolsets: NonNullable<MindProps["toolsets"]>): ConfigMap {
  const bySurface = isToolsetList(toolsets)
    ? TOOLSET_SURFACES.map((surface): [string, readonly string[]] => [surface, toolsets])
    : Object.entries(toolsets);
  return Object.fromEntries(bySurface.map(([surface, names]) => [surface, [...names]]));
}

function fallbackSettings({ provider, name, baseUrl, apiKey }: FallbackModel, i: number): ConfigMap {
  return {
    provider,
    model: name,
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(apiKey !== undefined && { key_env: fallbackKeyVariable(i) }),
  };
}

/** What is declared of one profile. */
export interface ProfileSources {
  readonly profile: string;
  readonly mind: MindProps;
  readonly content: MindContent;
  /** Settings for the home's config.yaml: those of the mind, and of `config`. */
  readonly config: ConfigMap;
  readonly env: ProfileDeclaration["env"];
  readonly ownGateway: boolean;
}

export interface DeclaredProfile {
  readonly declaration: ProfileDeclaration;
  /** What only Terraform knows of it, by the names that the declaration refers to. */
  readonly values: Readonly<Record<string, ConfigValue>>;
}

export function declarationOf({
  profile,
  mind,
  content,
  config,
  env,
  ownGateway,
}: ProfileSources): DeclaredProfile {
  const apart: Record<string, ConfigValue> = {};
  const known = <Known extends ConfigValue>(value: Known, place: string): Value<Known> => {
    if (!holdsToken(value)) return { value };
    const from = valueName(profile, place);
    apart[from] = value;
    return { from };
  };
  const fileOf = ({ content: given, executable }: FileContent, place: string): DeclaredFile => ({
    ...(typeof given === "string" ? known(given, place) : { base64: given.toString("base64") }),
    ...(executable && { executable }),
  });
  const { soul, skills } = content;
  const declaration: ProfileDeclaration = {
    config: wholeLeaves(config).map(
      ({ path, value }): ConfigLeaf => ({ path, ...known(value, `config ${JSON.stringify(path)}`) }),
    ),
    env,
    files: Object.fromEntries([
      ...(soul ? [["SOUL.md", fileOf(soul, "SOUL.md")] as const] : []),
      ...Object.entries(content.files).map(([path, file]) => [path, fileOf(file, `file ${path}`)] as const),
    ]),
    jobs: Object.entries(mind.crons ?? {}).flatMap(([name, cron]) => jobOf(name, cron, known)),
    skills: Object.fromEntries(
      skills.flatMap(({ files }) =>
        Object.entries(files).map(([path, file]) => [path, fileOf(file, `skill ${path}`)] as const),
      ),
    ),
    ownGateway,
  };
  return { declaration, values: apart };
}

/** A variable's name, which stays when something else is declared besides. */
function valueName(profile: string, place: string): string {
  return `CDKTF_HERMES_VALUE_${hash(JSON.stringify([profile, place]))
    .slice(0, 12)
    .toUpperCase()}`;
}

function jobOf(
  name: string,
  { schedule, prompt, deliver = "local", skills = [], workdir }: CronProps,
  known: (value: string, place: string) => Value<string>,
): readonly DeclaredJob[] {
  const parsed = parseSchedule(schedule);
  // A rule refuses another one.
  if (!isSchedule(parsed)) return [];
  return [
    {
      id: jobId(name),
      name,
      prompt: known(prompt, `job ${name}`),
      schedule: parsed,
      deliver: known(deliver, `delivery of job ${name}`),
      skills,
      ...(workdir !== undefined && { workdir: known(workdir, `directory of job ${name}`) }),
    },
  ];
}

/** Hermes' API takes only ids of twelve hex digits. */
export function jobId(name: string): string {
  return hash(`cdktf-hermes job ${name}`).slice(0, 12);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
