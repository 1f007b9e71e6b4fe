/** An agent with several profiles: what each home gets, and where no secret stands. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import fc from "fast-check";
import { HermesConfigError, HermesTarget, inSecretsFile, type ProfileProps } from "../../lib";
import type { Declaration } from "../../lib/boot/declaration";
import { RESERVED_PROFILE_NAMES } from "../../lib/hermes/profiles";
import {
  type AgentProps,
  agent,
  containerOf,
  environmentOf,
  newStack,
  refusalOf,
  secretOf,
  uploadOf,
} from "../agents";

const RELEASE = "v2026.7.20";

/** What the container is told to merge. */
function declarationOf(stack: TerraformStack): Declaration {
  containerOf(stack);
  const folder = join(App.of(stack).outdir, "boot-files");
  for (const hash of readdirSync(folder))
    for (const file of readdirSync(join(folder, hash)))
      if (file === "declaration") return JSON.parse(readFileSync(join(folder, hash, file), "utf8"));
  throw new Error("there is no declaration");
}

const valuesOf = (stack: TerraformStack) =>
  uploadOf(containerOf(stack), "/usr/local/lib/cdktf-hermes/values.json") ?? "";

function slack(stack: TerraformStack, name: string): ProfileProps {
  return {
    messaging: {
      slack: {
        botToken: secretOf(stack, `${name}-bot`),
        appToken: secretOf(stack, `${name}-app`),
        allowedUsers: ["U1"],
      },
    },
  };
}

function several(stack: TerraformStack, more: Parameters<typeof agent>[1] = {}) {
  return agent(stack, {
    release: RELEASE,
    apiServer: { key: secretOf(stack, "api") },
    ...slack(stack, "default"),
    profiles: {
      work: {
        ...slack(stack, "work"),
        apiServer: { key: secretOf(stack, "work-api"), port: 8643 },
        model: {
          provider: "custom",
          name: "m",
          baseUrl: "http://vllm:8000/v1",
          apiKey: secretOf(stack, "key"),
        },
        config: { agent: { max_turns: 5 } },
      },
    },
    ...more,
  });
}

describe("an agent with two profiles", () => {
  test("no secret and no setting of one profile is in the container's environment or the managed files", () => {
    const stack = newStack();
    several(stack, { env: { TZ: "UTC" } });
    const container = containerOf(stack);
    const managed = (container.upload ?? []).filter(({ file }) => file.startsWith("/etc/hermes/"));
    const shared = JSON.stringify([container.env, managed]);
    expect(shared).not.toMatch(/var\.|SLACK|API_SERVER|max_turns|vllm/);
    expect(environmentOf(container)).toMatchObject({ TZ: "UTC", GATEWAY_MULTIPLEX_PROFILES: "false" });
  });

  test("each `.env` states its own names, also those that are off", () => {
    const stack = newStack();
    several(stack);
    const { profiles } = declarationOf(stack);
    expect(profiles["default"]?.env).toMatchObject({
      API_SERVER_PORT: { value: "8642" },
      API_SERVER_KEY: { from: "API_SERVER_KEY" },
      SLACK_BOT_TOKEN: { from: "SLACK_BOT_TOKEN" },
      SLACK_ALLOW_ALL_USERS: { value: "false" },
      GATEWAY_ALLOW_ALL_USERS: { value: "false" },
    });
    expect(profiles["work"]?.env).toMatchObject({
      API_SERVER_PORT: { value: "8643" },
      SLACK_BOT_TOKEN: { from: "WORK__SLACK_BOT_TOKEN" },
      CUSTOM_BASE_URL: { value: "" },
    });
    expect(valuesOf(stack)).toContain('"WORK__SLACK_BOT_TOKEN": ${jsonencode(var.work-bot)}');
  });

  test("a second profile's secrets stand in its config.yaml themselves: a reference would be the whole process's", () => {
    const stack = newStack();
    several(stack);
    const leaves = declarationOf(stack).profiles["work"]?.config ?? [];
    expect(leaves).toContainEqual({ path: ["model", "api_key"], from: "WORK__HERMES_MODEL_API_KEY" });
    expect(leaves).toContainEqual({ path: ["agent", "max_turns"], value: 5 });
    expect(declarationOf(stack).profiles["work"]?.env).not.toHaveProperty("HERMES_MODEL_API_KEY");
  });

  test("a Terraform reference that was written by hand is filled in", () => {
    const stack = newStack();
    several(stack, { profiles: { work: { secrets: { A_KEY: "${var.mine}" } } } });
    expect(valuesOf(stack)).toContain('"WORK__A_KEY": ${jsonencode((var.mine))}');
  });

  test.each([
    [true, 1],
    [false, 0],
  ])("with one gateway for all profiles (%s), a secret that it would read otherwise is refused by Terraform", (multiplexProfiles, expected) => {
    const stack = newStack();
    several(stack, { multiplexProfiles, profiles: { work: { secrets: { A_KEY: secretOf(stack, "odd") } } } });
    const refused = JSON.stringify(containerOf(stack).lifecycle).match(
      /profiles\.work\.secrets\.A_KEY must have no/g,
    );
    expect(refused ?? []).toHaveLength(expected);
  });

  test("the values are for root alone, and the file of an agent with one profile is unchanged", () => {
    const stack = newStack();
    several(stack);
    const upload = (containerOf(stack).upload ?? []).find(({ file }) => file.endsWith("values.json"));
    expect(upload?.permissions).toBe("0600");
    const one = newStack();
    agent(one, { release: RELEASE, ...slack(one, "default") });
    expect(uploadOf(containerOf(one), "/etc/hermes/.env")).toContain("SLACK_BOT_TOKEN='${");
  });

  test("a secrets file of the host is mounted for root alone, and its lines name the profile", () => {
    const stack = newStack();
    agent(stack, {
      release: RELEASE,
      target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }),
      profiles: { "my-work": { secrets: { A_KEY: inSecretsFile } } },
    });
    const { mounts } = containerOf(stack);
    expect(mounts).toContainEqual(
      expect.objectContaining({
        source: "/srv/hermes.env",
        target: "/usr/local/lib/cdktf-hermes/secrets.env",
      }),
    );
    expect(declarationOf(stack).profiles["my-work"]?.env).toMatchObject({
      A_KEY: { from: "MY_WORK__A_KEY" },
    });
  });

  test.each([
    [RELEASE, undefined, "false", true],
    [RELEASE, true, "true", false],
    ["v0.21.6", undefined, "true", false],
    ["v0.21.6", false, "false", true],
  ] as const)("release %s with multiplexProfiles %s: the environment says %s", (release, given, said, ownGateway) => {
    const stack = newStack();
    agent(stack, {
      release,
      profiles: { work: {} },
      ...(given !== undefined && { multiplexProfiles: given }),
    });
    expect(environmentOf(containerOf(stack))["GATEWAY_MULTIPLEX_PROFILES"]).toBe(said);
    expect(declarationOf(stack).profiles["work"]?.ownGateway).toBe(ownGateway);
    expect(declarationOf(stack).profiles["default"]?.ownGateway).toBe(false);
  });

  test.each<[string, string, Partial<AgentProps>, string | undefined]>([
    ["v0.21.6", "nothing more", {}, "false"],
    ["v2026.8.31", "secrets", { secrets: { A_KEY: inSecretsFile } }, "false"],
    ["v0.21.6", "its own word in config", { config: { gateway: { multiplex_profiles: true } } }, undefined],
    ["v2026.8.27", "nothing more", {}, undefined],
  ])("without profiles, release %s with %s: one that is made by hand gets a gateway of its own", (release, _, props, said) => {
    const stack = newStack();
    agent(stack, { release, target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }), ...props });
    expect(environmentOf(containerOf(stack))["GATEWAY_MULTIPLEX_PROFILES"]).toBe(said);
  });

  test("a profile's API server is published under its name, on 127.0.0.1 by default", () => {
    const stack = newStack();
    several(stack, {
      target: HermesTarget.docker({ publish: { "work.apiServer": { address: "0.0.0.0", port: 9000 } } }),
      acknowledge: { "api-server-without-tls": "a lab" },
    });
    expect(containerOf(stack).ports).toContainEqual({ internal: 8643, external: 9000, ip: "0.0.0.0" });
  });
});

describe("the name of a profile", () => {
  test.each(["work", "a", "0", "my-work_2", "a".repeat(64)])("%s is accepted", (name) => {
    expect(() => agent(newStack(), { release: RELEASE, profiles: { [name]: {} } })).not.toThrow();
  });

  test.each([
    ...RESERVED_PROFILE_NAMES,
    "Work",
    "-a",
    "_a",
    "a.b",
    "a/b",
    "ä",
    "",
    "a".repeat(65),
  ])("%j is refused", (name) => {
    const refused = refusalOf(() => agent(newStack(), { release: RELEASE, profiles: { [name]: {} } }));
    expect(refused.message).toContain("is not an allowed name");
  });
});

test("one token in two profiles is refused, in whatever prop", () => {
  const stack = newStack();
  const refused = refusalOf(() =>
    agent(stack, {
      release: RELEASE,
      ...slack(stack, "same"),
      profiles: { work: slack(stack, "same") },
    }),
  );
  expect(refused.problems).toContainEqual(
    expect.objectContaining({ prop: "profiles.work.messaging.slack.botToken", rule: "duplicate-bot-token" }),
  );
});

test("one model key in two profiles is accepted", () => {
  const stack = newStack();
  const own = { secrets: { OPENROUTER_API_KEY: secretOf(stack, "key") } };
  expect(() => agent(stack, { release: RELEASE, ...own, profiles: { work: own } })).not.toThrow();
});

/** Profiles as people could declare them, right ones and wrong ones. */
const sets = fc.dictionary(
  fc.oneof(fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,5}$/), fc.constantFrom("default", "Work", "test")),
  fc.record(
    {
      port: fc.constantFrom(8642, 8643, 8644, 9119),
      token: fc.constantFrom("one", "two", "three"),
      key: fc.boolean(),
      turns: fc.nat(9),
    },
    { requiredKeys: [] },
  ),
  { maxKeys: 4 },
);

test("random profiles come to a refusal that names a prop, or to a program in which no secret is in a shared place", () => {
  fc.assert(
    fc.property(sets, fc.option(fc.boolean(), { nil: undefined }), (given, multiplexProfiles) => {
      const stack = newStack();
      const profiles = Object.fromEntries(
        Object.entries(given).map(([name, { port, token, key, turns }]): [string, ProfileProps] => [
          name,
          {
            ...(port !== undefined && { apiServer: { key: secretOf(stack, `api-${port}`), port } }),
            ...(token !== undefined && {
              messaging: { telegram: { botToken: secretOf(stack, token), allowedUsers: ["1"] } },
            }),
            ...(key && { secrets: { OPENROUTER_API_KEY: secretOf(stack, "shared") } }),
            ...(turns !== undefined && { config: { agent: { max_turns: turns } } }),
          },
        ]),
      );
      try {
        agent(stack, {
          release: RELEASE,
          profiles,
          ...(multiplexProfiles !== undefined && { multiplexProfiles }),
          acknowledge: { "model-key-misdirected": "no matter" },
        });
      } catch (error) {
        if (!(error instanceof HermesConfigError)) throw error;
        for (const { prop } of error.problems) expect(prop).toMatch(/^(?:profiles|multiplexProfiles|target)/);
        return;
      }
      if (Object.keys(profiles).length === 0) return;
      const container = containerOf(stack);
      const others = (container.upload ?? []).filter(({ file }) => !file.endsWith("values.json"));
      expect(JSON.stringify([container.env, others])).not.toMatch(/\bvar\./);
      const { profiles: homes } = declarationOf(stack);
      expect(Object.keys(homes).sort()).toEqual(["default", ...Object.keys(profiles)].sort());
      expect(JSON.stringify(homes)).not.toContain("var.");
    }),
    { numRuns: 40 },
  );
});
