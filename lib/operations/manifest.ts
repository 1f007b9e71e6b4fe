/**
 * What a `HermesApp` declared, as plain data. It stands in the metadata of the stack's `cdk.tf.json`, and, with what
 * only Terraform knows filled in, in an output of the stack, where it says what was deployed. The commands that look at
 * running agents read it, so that none reads resources again. It holds names of secrets and never a value.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { DASHBOARD_LOGIN_KINDS } from "../hermes/dashboard-logins";
import type { NamesSeen } from "../hermes/observation";
import { newestKnownRelease, parseRelease, type Release } from "../hermes/releases";
import { SERVICE_NAMES, type ServiceName } from "../hermes/services";
import { TERMINAL_SETTINGS, type TerminalBackendName } from "../hermes/terminal-settings";
import { lazily } from "../support/validation";

/** Changes when a reader of today would misread a manifest. */
export const MANIFEST_VERSION = 1;

/** Built when a command reads one: programs that synthesize only write them. */
export const MANIFEST = lazily(() => {
  const names = z.strictObject({ count: z.number(), hash: z.string() }).readonly();
  const service = z
    .strictObject({
      /** Port inside the container. */
      port: z.number(),
      /** Where people and programs reach it, if they do. */
      url: z.string().nullable().exactOptional(),
      /** What the place itself asks for before the service is reached. */
      basicAuth: z
        .strictObject({
          username: z.string().nullable(),
          /** Environment variable with which Terraform is given the password, if it is one. */
          passwordVariable: z.string().exactOptional(),
        })
        .readonly()
        .exactOptional(),
    })
    .readonly();
  const place = z.discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("docker"),
        container: z.string(),
        /** The engine as the provider names it; both absent: as the environment says, else the local one. */
        host: z.string().nullable().exactOptional(),
        context: z.string().nullable().exactOptional(),
        /** Folder of the client's certificates. */
        certPath: z.string().nullable().exactOptional(),
        /** Names of the networks that it joins, beside the engine's default one. */
        networks: z.array(z.string().nullable()).readonly().exactOptional(),
        /** It has the host's own network. */
        hostNetwork: z.literal(true).exactOptional(),
        /** Containers beside it that only it reaches. */
        sidecars: z
          .array(z.strictObject({ name: z.string(), container: z.string(), image: z.string() }).readonly())
          .readonly()
          .exactOptional(),
        /** Arguments of the provider that the docker command line has no option for. */
        inexpressible: z.array(z.string()).readonly().exactOptional(),
      })
      .readonly(),
    z
      .strictObject({
        kind: z.literal("caprover"),
        /** Address of the CapRover server; absent: as the environment says. */
        url: z.string().exactOptional(),
        /** The program allows http to another machine, which sends the password in clear text. */
        insecureHttp: z.literal(true).exactOptional(),
        app: z.string(),
      })
      .readonly(),
  ]);
  const backends = Object.keys(TERMINAL_SETTINGS).filter((name): name is TerminalBackendName =>
    Object.hasOwn(TERMINAL_SETTINGS, name),
  );
  const services = z.partialRecord(z.enum(SERVICE_NAMES), service).readonly();
  const secrets = z.array(z.strictObject({ variable: z.string(), from: z.string() }).readonly()).readonly();
  const platforms = z.record(z.string(), z.array(z.string()).readonly()).readonly();
  const model = z
    .strictObject({
      provider: z.string().nullable(),
      name: z.string().nullable(),
      /** Where its server answers, where the program says it. */
      baseUrl: z.string().nullable().exactOptional(),
      /** The server, if it is a container beside the agents. */
      server: z.strictObject({ container: z.string(), image: z.string() }).readonly().exactOptional(),
    })
    .readonly()
    .exactOptional();
  const terminal = z
    .strictObject({
      backend: z.enum(backends),
      /** The machine, if it is another one: `user@host` or the address of its engine. */
      at: z.string().nullable().exactOptional(),
    })
    .readonly()
    .exactOptional();
  const mind = z
    .strictObject({
      soul: z.boolean(),
      /** Names of skills. */
      skills: z.array(z.string()).readonly(),
      mcpServers: z.array(z.string()).readonly(),
      crons: z.array(z.string()).readonly(),
      /** Each as `provider name`. */
      fallbackModels: z.array(z.string().nullable()).readonly(),
      /** Surfaces that have a list; `all` for one list. */
      toolsets: z.array(z.string()).readonly(),
      /** Paths below the data. */
      files: z.array(z.string()).readonly(),
    })
    .readonly()
    .exactOptional();
  const profile = z
    .strictObject({
      /** It has a gateway of its own; else that of the default profile serves it too. */
      ownGateway: z.boolean(),
      services,
      secrets,
      platforms,
      model,
      mind,
    })
    .readonly();

  return z
    .strictObject({
      version: z.literal(MANIFEST_VERSION),
      /** Path of the construct. */
      agent: z.string(),
      /** Name of the container or app. */
      name: z.string(),
      place,
      /** Tag of the Hermes release. */
      release: z.string(),
      /** What is pulled or built. */
      image: z.string().nullable(),
      /** Who deploys the image, if a CI builds it: `terraform`, or the CI itself by `token`. */
      delivery: z.enum(["terraform", "token"]).exactOptional(),
      /** Name of the volume or path on the host that holds `/opt/data`. */
      data: z.string().nullable(),
      services,
      login: z.enum(DASHBOARD_LOGIN_KINDS).exactOptional(),
      /** User of the dashboard's basic login. */
      username: z.string().nullable().exactOptional(),
      /** Its secret variables that Terraform is given by an environment variable, each with that one. */
      secrets,
      /** Chat platforms, each with the variables of its tokens. */
      platforms,
      /** The pinned model. */
      model,
      /** Where commands run, if `terminal` says it. */
      terminal,
      /** Places of work, each with the volume or path of the host that is mounted there. */
      workspace: z
        .array(z.strictObject({ from: z.string().nullable(), target: z.string() }).readonly())
        .readonly()
        .exactOptional(),
      /** What is merged into the data at each boot, by its names; absent if nothing of the mind is declared. */
      mind,
      /** The profiles beside the default one, by name. Absent for an agent without. */
      profiles: z.record(z.string(), profile).readonly().exactOptional(),
      /** The files in /etc/hermes, by their names; absent for a release without. */
      managed: z.strictObject({ variables: names, config: names }).readonly().exactOptional(),
      variables: z
        .strictObject({
          /** Names of the variables that the program gives and that Hermes reads. */
          given: z.array(z.string()).readonly(),
          /** Names that a line of the volume's `.env` decides even where the program pins them. */
          volumeWins: z.array(z.string()).readonly(),
        })
        .readonly(),
      /** The engine checks the agent's health. */
      healthCheck: z.boolean(),
      stopGraceSeconds: z.number(),
      /** Of all of the above as it stands in the program; another one means that the program has changed since. */
      hash: z.string(),
    })
    .readonly();
});

export type Manifest = z.infer<ReturnType<typeof MANIFEST>>;
export type Place = Manifest["place"];

/** The declared release; an unknown tag counts as the newest one. */
export function releaseOf({ release }: Pick<Manifest, "release">): Release {
  return parseRelease(release) ?? newestKnownRelease();
}

type ServiceOf = Manifest["services"][keyof Manifest["services"]];

/** The agent's services and those of its profiles, by the names under which a target publishes or routes them. */
export function allServices({ services, profiles = {} }: Pick<Manifest, "services" | "profiles">): {
  readonly [Name in ServiceName]?: ServiceOf;
} {
  const ofProfiles = Object.entries(profiles).flatMap(([profile, { services }]) =>
    Object.entries(services).map(([name, service]) => [`${profile}.${name}`, service] as const),
  );
  return { ...services, ...Object.fromEntries(ofProfiles) };
}

/** Whether only Terraform knows the value, or a part of it: a reference stands in its place until the deploy. */
export function hasReference(text: string | null | undefined): boolean {
  return text?.includes("${") === true;
}

/** Counts and hashes names, in whichever order they come. */
export function namesSeen(all: readonly string[]): NamesSeen {
  const sorted = [...new Set(all)].sort();
  return { count: sorted.length, hash: shortHash(sorted.join("\n")) };
}

/** Long enough to tell two states of one program apart. */
export function shortHash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
