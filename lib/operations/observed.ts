/** The shape of what the probe prints. It runs in a container that may hold anything, so nothing of it is trusted. */
import * as z from "zod";
import type { Observation } from "../hermes/observation";

const text = z.string().max(2000);
const unseen = z.object({ unseen: text, missed: z.literal(true).exactOptional() });
const seen = <Part extends z.ZodType>(part: Part) => z.union([unseen, part]).exactOptional();
const names = z.object({ count: z.number(), hash: text });

/** What each profile has for itself. */
const ofProfile = {
  platforms: z
    .record(
      text,
      z.object({ state: text, errorCode: text.exactOptional(), errorMessage: text.exactOptional() }),
    )
    .exactOptional(),
  tokens: z
    .record(
      text,
      z.object({
        accepted: z.boolean(),
        error: text.exactOptional(),
        unreachable: z.literal(true).exactOptional(),
      }),
    )
    .exactOptional(),
  model: seen(
    z.object({
      provider: text.exactOptional(),
      name: text.exactOptional(),
      written: z.literal(true).exactOptional(),
    }),
  ),
  answer: seen(z.object({ by: z.enum(["gateway", "cli"]), exact: z.boolean(), text: text.exactOptional() })),
};

export const OBSERVED: z.ZodType<Omit<Observation, "container">> = z.object({
  version: seen(text),
  gateway: seen(
    z.object({
      alive: z.boolean(),
      state: text.exactOptional(),
      exitReason: text.exactOptional(),
      recentStarts: z.number().exactOptional(),
      startedMs: z.number().exactOptional(),
      heartbeatSeconds: z.number().exactOptional(),
    }),
  ),
  profiles: seen(
    z.array(
      z.object({
        name: text,
        runs: z.boolean(),
        wanted: z.boolean().exactOptional(),
        state: text.exactOptional(),
        served: z.boolean().exactOptional(),
        ...ofProfile,
      }),
    ),
  ),
  merge: seen(
    z.object({
      finished: z.boolean(),
      atMs: z.number().exactOptional(),
      items: z.array(
        z.object({
          what: z.enum(["replaced", "left", "takenBack", "refused", "kept"]),
          profile: text,
          kind: text,
          name: text,
          reason: text.exactOptional(),
        }),
      ),
    }),
  ),
  gatewayPid: z.number().exactOptional(),
  gatewayStartLine: text.exactOptional(),
  apiServer: seen(
    z.object({
      health: z.number(),
      hermes: z.boolean().exactOptional(),
      withoutKey: z.number().exactOptional(),
      withKey: z.number().exactOptional(),
    }),
  ),
  dashboard: seen(
    z.object({
      root: z.number(),
      location: text.exactOptional(),
      config: z.number(),
      authRequired: z.boolean().exactOptional(),
      hermes: z.boolean().exactOptional(),
    }),
  ),
  dashboardLogin: seen(z.object({ accepted: z.boolean(), said: text.exactOptional() })),
  ...ofProfile,
  endpoint: seen(
    z.object({ status: z.number(), error: text.exactOptional(), models: z.array(text).exactOptional() }),
  ),
  terminal: seen(z.object({ reached: z.boolean(), said: text.exactOptional() })),
  codexLogin: seen(
    z.object({
      state: z.enum(["logged-in", "logged-out", "missing", "unreadable", "broken"]),
      loginAgain: z.boolean().exactOptional(),
      expired: z.boolean().exactOptional(),
    }),
  ),
  config: seen(
    z.object({
      present: z.boolean(),
      parses: z.boolean(),
      error: text.exactOptional(),
    }),
  ),
  managed: seen(z.object({ variables: names, config: names.extend({ error: text.exactOptional() }) })),
  databases: seen(z.array(z.object({ path: text, check: text }))),
  disk: seen(z.object({ usedPercent: z.number(), freeMiB: z.number() })),
  cron: seen(
    z.object({ failed: z.record(text, text), jobs: z.number(), tickerSeconds: z.number().exactOptional() }),
  ),
  mcp: seen(z.object({ servers: z.array(text), failed: z.record(text, text) })),
  files: seen(
    z.array(
      z.object({
        path: text,
        problem: z.enum(["foreign-owner", "locked", "open-to-others"]),
        uid: z.number(),
        mode: text,
      }),
    ),
  ),
  shadowed: seen(z.array(z.object({ name: text, file: text }))),
  logLines: seen(z.record(text, text)),
});
