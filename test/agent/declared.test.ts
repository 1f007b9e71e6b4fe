/** What an agent's props declare of its data, and how that travels into the container. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack, TerraformVariable } from "cdktf";
import fc from "fast-check";
import { CapRoverProvider, HermesImage, HermesTarget, inSecretsFile } from "../../lib";
import { bootInVariable } from "../../lib/boot/boot-script";
import type { Declaration, ProfileDeclaration } from "../../lib/boot/declaration";
import { HermesConfigError } from "../../lib/support/errors";
import {
  type AgentProps,
  agent,
  type ContainerJson,
  imageStack,
  NEWEST,
  newStack,
  secretOf,
  synth,
  uploadOf,
} from "../agents";
import { folder, skill } from "../rules/mind-cases";

const PATH = "/usr/local/lib/cdktf-hermes/declaration.json";
const VALUES = "/usr/local/lib/cdktf-hermes/values.json";

type Given = AgentProps | ((stack: TerraformStack) => AgentProps);

function container(given: Given) {
  const stack = newStack();
  agent(stack, typeof given === "function" ? given(stack) : given);
  const [made] = Object.values(synth(stack).resource?.docker_container ?? {});
  if (made === undefined) throw new Error("there is no container");
  return { made, folder: join(App.of(stack).outdir, "stacks", stack.node.id) };
}

/** The text of the file that Terraform reads from beside the program's output. */
function fileOf({ made, folder }: ReturnType<typeof container>, path: string): string {
  const upload: Readonly<Record<string, unknown>> =
    made.upload?.find(({ file }: { readonly file: string }) => file === path) ?? {};
  return readFileSync(join(folder, String(upload["source"])), "utf8");
}

function declaredOn(given: Given): ProfileDeclaration {
  const declaration: Declaration = JSON.parse(fileOf(container(given), PATH));
  return declaration.profiles["default"] ?? fail("there is no default profile");
}

function fail(message: string): never {
  throw new Error(message);
}

function onCapRover(given: Given, image?: (stack: TerraformStack) => HermesImage) {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  const props = typeof given === "function" ? given(stack) : given;
  agent(stack, {
    target: HermesTarget.caprover(),
    ...props,
    ...(image && { image: image(imageStack(stack)) }),
  });
  const resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> = {
    ...synth(stack).resource,
  };
  return resource["caprover_app"]?.["hermes"] ?? fail("there is no app");
}

const mind: AgentProps = {
  soul: { text: "You are Iris.\n" },
  files: {
    "workspace/AGENTS.md": { text: "Be brief." },
    "hooks/a/run": { text: "#!/bin/sh\n", executable: true },
  },
  crons: { morning: { schedule: "every 2h", prompt: "Say hello.", workdir: "/opt/data/workspace" } },
  fallbackModels: [{ provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1" }],
};

describe("the declaration", () => {
  test("a soul and files are files of the home, with their mode", () => {
    expect(declaredOn(mind).files).toEqual({
      "SOUL.md": { value: "You are Iris.\n" },
      "workspace/AGENTS.md": { value: "Be brief." },
      "hooks/a/run": { value: "#!/bin/sh\n", executable: true },
    });
  });

  test("files of this machine are read, and bytes that are no text travel in base64", () => {
    const made = folder({ "SOUL.md": "\ufeffYou are Iris.", "logo.png": Buffer.from([0x89, 0, 0xff]) });
    const given = {
      soul: { file: join(made, "SOUL.md") },
      files: { "skins/logo.png": { file: join(made, "logo.png") } },
    };
    expect(declaredOn(given).files).toEqual({
      "SOUL.md": { value: "You are Iris." },
      "skins/logo.png": { base64: "iQD/" },
    });
  });

  test("a job has an id of its name, and Hermes' own form of its schedule", () => {
    expect(declaredOn(mind).jobs).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        name: "morning",
        prompt: { value: "Say hello." },
        schedule: { kind: "interval", minutes: 120, display: "every 120m" },
        deliver: { value: "local" },
        skills: [],
        workdir: { value: "/opt/data/workspace" },
      },
    ]);
    const [again] = declaredOn({ crons: { morning: { schedule: "0 9 * * *", prompt: "Another" } } }).jobs;
    expect(again?.id).toBe(declaredOn(mind).jobs[0]?.id);
  });

  test("skills travel with all their files, and config.yaml names their folder", () => {
    const made = folder({
      "ops/deploy/SKILL.md": skill("deploy"),
      "ops/deploy/scripts/run.sh": "#!/bin/sh\n",
      "ops/deploy/.git/config": "x",
      "notes.txt": "not a skill",
    });
    const { skills, config } = declaredOn({ skills: [join(made, "ops")] });
    expect(Object.keys(skills)).toEqual(["ops/deploy/SKILL.md", "ops/deploy/scripts/run.sh"]);
    expect(config).toEqual([
      { path: ["skills", "external_dirs"], value: ["/usr/local/share/cdktf-hermes/skills/default"] },
    ]);
  });

  test("a skill that was written with the ends of lines of another system is read like every other", () => {
    for (const end of ["\r\n", "\r"]) {
      const text = '---\nname: review\ndescription: "Reviews: code"\n---\n\n# Review\n'.replaceAll("\n", end);
      const { skills } = declaredOn({ skills: [folder({ "review/SKILL.md": text })] });
      expect(Object.values(skills)).toEqual([{ value: text }]);
    }
  });

  test("fallback models are settings of the home, and the old key that adds to them is off", () => {
    expect(declaredOn(mind).config).toEqual([
      {
        path: ["fallback_providers"],
        value: [{ provider: "custom", model: "m", base_url: "http://vllm:8000/v1" }],
      },
      { path: ["fallback_model"], value: null },
    ]);
  });

  test("MCP servers stand in both files, and their secrets in neither", () => {
    const given = (stack: TerraformStack): AgentProps => ({
      mcpServers: {
        github: {
          command: "/opt/github",
          env: { GITHUB_TOKEN: secretOf(stack), OWN: "${OWN_TOKEN}", TEAM: "a" },
          tools: { include: ["search"] },
        },
      },
      secrets: { OWN_TOKEN: secretOf(stack, "own") },
    });
    const { made } = container(given);
    const server = {
      command: "/opt/github",
      args: [],
      env: { GITHUB_TOKEN: "${MCP_GITHUB__GITHUB_TOKEN}", OWN: "${OWN_TOKEN}", TEAM: "a" },
      tools: { include: ["search"] },
    };
    const managed = uploadOf(made, "/etc/hermes/config.yaml")?.replaceAll("$${", "${") ?? "";
    expect(JSON.parse(managed)).toEqual({ mcp_servers: { github: server } });
    expect(uploadOf(made, "/etc/hermes/.env")).toContain("MCP_GITHUB__GITHUB_TOKEN='${");
    expect(declaredOn(given).config).toContainEqual({
      path: ["mcp_servers", "github", "env", "GITHUB_TOKEN"],
      value: "${MCP_GITHUB__GITHUB_TOKEN}",
    });
  });

  test("toolsets of all surfaces are pinned for each of them", () => {
    const { made } = container({ toolsets: ["web", "file"] });
    const { platform_toolsets } = JSON.parse(uploadOf(made, "/etc/hermes/config.yaml") ?? "");
    expect(platform_toolsets).toMatchObject({
      cli: ["web", "file"],
      slack: ["web", "file"],
      cron: ["web", "file"],
    });
  });

  test.each([
    ["a setting that only the home reaches", { skills: { disabled: ["pokemon"] } }, true, false],
    ["a setting that is read in both files", { mcp_servers: { a: { url: "http://a" } } }, true, true],
    ["a setting that the pinned file carries", { display: { skin: "mono" } }, false, true],
  ])("config: %s", (_, config, inHome, pinned) => {
    const made = container({ config });
    expect(JSON.parse(fileOf(made, PATH)).profiles.default.config.length > 0).toBe(inHome);
    expect(uploadOf(made.made, "/etc/hermes/config.yaml") !== undefined).toBe(pinned);
  });

  test("an agent that declares nothing has an empty declaration, so that an earlier one is taken back", () => {
    expect(declaredOn({})).toEqual({
      config: [],
      env: MULTIPLEXING_OFF,
      files: {},
      jobs: [],
      skills: {},
      ownGateway: false,
    });
  });

  test("a release without s6 has none", () => {
    expect(container({ release: "v2026.5.16" }).made).not.toHaveProperty("upload");
  });
});

/** Without profiles, no line of the volume decides that one gateway serves them all. */
const MULTIPLEXING_OFF = { GATEWAY_MULTIPLEX_PROFILES: null };

describe("lines of the volume's `.env`", () => {
  test("keys of the model's provider that the program gives are taken away there, and its other names", () => {
    const { env } = declaredOn((stack) => ({
      model: { provider: "zai", name: "m" },
      secrets: { GLM_API_KEY: secretOf(stack) },
    }));
    expect(env).toEqual({
      ...MULTIPLEXING_OFF,
      CUSTOM_BASE_URL: null,
      GLM_API_KEY: null,
      ZAI_API_KEY: null,
      Z_AI_API_KEY: null,
      GLM_BASE_URL: null,
    });
  });

  test("a key that a person typed in stays; an endpoint that the model of the program has not goes", () => {
    expect(declaredOn({ model: { provider: "openrouter", name: "m" } }).env).toEqual({
      ...MULTIPLEXING_OFF,
      CUSTOM_BASE_URL: null,
      OPENROUTER_BASE_URL: null,
    });
    expect(declaredOn({ model: { provider: "zai", name: "m" } }).env).toEqual({
      ...MULTIPLEXING_OFF,
      CUSTOM_BASE_URL: null,
      GLM_BASE_URL: null,
    });
  });

  test("beside a secrets file, which has no room for them, plain values that are off are written", () => {
    const { env } = declaredOn({
      messaging: { telegram: { botToken: inSecretsFile, allowedUsers: ["1"] } },
      target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }),
    });
    expect(env).toMatchObject({
      TELEGRAM_BOT_TOKEN: null,
      TELEGRAM_ALLOWED_USERS: null,
      TELEGRAM_ALLOW_ALL_USERS: { value: "false" },
      GATEWAY_ALLOWED_USERS: { value: "," },
    });
  });

  test("on CapRover the container's variables decide: no line of the volume stands before a secret", () => {
    const app = onCapRover((stack) => ({
      messaging: { telegram: { botToken: secretOf(stack), allowedUsers: ["1"] } },
    }));
    const script = bootInVariable(Object(app["environment"]));
    const [, text = ""] =
      /cat > \/usr\/local\/lib\/cdktf-hermes\/declaration\.json <<'\S+'\n(.*)\n/.exec(script) ?? [];
    const { env } = JSON.parse(text).profiles.default;
    expect(env).toMatchObject({ TELEGRAM_BOT_TOKEN: null, TELEGRAM_ALLOWED_USERS: null });
  });
});

describe("the transport", () => {
  test("Docker reads script and declaration from files beside the output, so that no state has them", () => {
    const found = container(mind);
    expect(found.made.upload).toEqual([
      expect.objectContaining({ file: "/etc/hermes/.env" }),
      expect.objectContaining({ file: "/usr/local/lib/cdktf-hermes/boot", permissions: "0644" }),
      expect.objectContaining({ file: PATH, permissions: "0644" }),
    ]);
    for (const upload of found.made.upload?.slice(1) ?? []) {
      expect(upload).not.toHaveProperty("content");
      expect(upload).toHaveProperty("source_hash", expect.stringMatching(/^[0-9a-f]{64}$/));
    }
    expect(JSON.stringify(found.made)).not.toContain("Iris");
  });

  test("a changed soul changes one upload, and nothing else of the container", () => {
    const without = ({ upload, ...rest }: ContainerJson) => ({
      rest,
      uploads: (upload ?? []).map((one) => JSON.stringify(one)),
    });
    const before = without(container(mind).made);
    const after = without(container({ ...mind, soul: { text: "You are Nova." } }).made);
    expect(after.rest).toEqual(before.rest);
    expect(after.uploads.filter((one) => !before.uploads.includes(one))).toHaveLength(1);
  });

  test("a text that only Terraform knows travels apart, for root alone", () => {
    const given = (stack: TerraformStack): AgentProps => ({
      soul: { text: `Serve ${secretOf(stack, "team")}.` },
    });
    const found = container(given);
    const from = expect.stringMatching(/^CDKTF_HERMES_VALUE_[0-9A-F]{12}$/);
    expect(declaredOn(given).files).toEqual({ "SOUL.md": { from } });
    const values = found.made.upload?.find(({ file }: { readonly file: string }) => file === VALUES);
    expect(values).toMatchObject({ permissions: "0600" });
    expect(values?.content).toContain('${jsonencode(join("", ["Serve ", var.team, "."]))}');
  });

  test("a job's chat that only Terraform knows travels apart, and its platform is still looked at", () => {
    const given = (chat: string) => (stack: TerraformStack) => ({
      ...mind,
      crons: {
        morning: {
          schedule: "0 9 * * *",
          prompt: "Hi",
          deliver: chat.replace("ID", secretOf(stack, "id")),
          workdir: `/opt/data/${secretOf(stack, "folder")}`,
        },
      },
    });
    const from = expect.stringMatching(/^CDKTF_HERMES_VALUE_[0-9A-F]{12}$/);
    expect(declaredOn(given("telegram:ID, local")).jobs).toMatchObject([
      { deliver: { from }, workdir: { from } },
    ]);
    expect(declaredOn(given("ID")).jobs).toMatchObject([{ deliver: { from } }]);
    expect(() => declaredOn(given("slak:ID"))).toThrow("cron-deliver-unknown");
    expect(() => declaredOn(given('slak:${join(",", var.ids)}'))).toThrow(/"slak:.*cron-deliver-unknown/);
  });

  test("on CapRover such a text may hold `{{`, which Docker Swarm would take for a template", () => {
    const app = onCapRover((stack) => ({ soul: { text: `Serve {{x}} ${secretOf(stack, "team")}.` } }));
    const [value] = Object.values<string>(Object(app["secret_environment_wo"]));
    expect(value).toContain("replace(jsonencode(");
    expect(value).not.toContain("{{");
  });

  test("on CapRover such a text is a secret variable that no service sees", () => {
    const app = onCapRover((stack) => ({ soul: { text: `Serve ${secretOf(stack, "team")}.` } }));
    const [name = ""] = Object.keys(Object(app["secret_environment_wo"]));
    expect(name).toMatch(/^CDKTF_HERMES_VALUE_/);
    const script = bootInVariable(Object(app["environment"]));
    expect(script).toContain(`"dropped":["${name}"]`);
    expect(script).toContain(`rm -f -- ${name}`);
  });

  test("an address of a tool that only Terraform knows stands apart from the declaration", () => {
    const given = (stack: TerraformStack): AgentProps => ({
      mcpServers: { tool: { url: `http://${secretOf(stack, "host")}:8000/mcp` } },
    });
    const app = onCapRover(given);
    expect(Object.keys(Object(app["secret_environment_wo"]))).toEqual([
      expect.stringMatching(/^CDKTF_HERMES_VALUE_/),
    ]);
    expect(declaredOn(given).config).toEqual([
      { path: ["mcp_servers", "tool", "url"], from: expect.stringMatching(/^CDKTF_HERMES_VALUE_/) },
    ]);
  });

  const long = { files: { "context/all.txt": { text: randomText(150_000) } } };
  const wrapper = (stack: TerraformStack) =>
    HermesImage.wrapper(stack, "w", { release: NEWEST, baseDigest: `sha256:${"0".repeat(64)}` });

  test("what is too long for a variable is built into the image where CapRover builds it", () => {
    const app = onCapRover(long, wrapper);
    expect(bootInVariable(Object(app["environment"]))).not.toContain(
      "cat > /usr/local/lib/cdktf-hermes/declaration.json",
    );
    expect(app["captain_definition"]).toContain("declaration.json");
    expect(onCapRover(mind, wrapper)["captain_definition"]).not.toContain("declaration.json");
  });

  test("with an image of the registry it is refused, and the message says what takes the room", () => {
    expect(() => onCapRover(long)).toThrow(
      /files\["context\/all\.txt"\] = \d+ bytes: files\["context\/all\.txt"\] \d+/,
    );
  });
});

/** It can't be packed much. */
function randomText(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48271) % 2147483647;
    return String.fromCharCode(33 + (state % 90));
  }).join("");
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const words = fc.string({ minLength: 1, maxLength: 40 });
const value = fc.oneof(fc.constant("SECRET"), fc.stringMatching(/^[a-z]{1,10}$/));
const anyMind = fc.record(
  {
    soul: fc.record({ text: words }),
    crons: fc.dictionary(
      name,
      fc.record({ schedule: fc.constantFrom("0 9 * * *", "every 2h", "daily"), prompt: words }),
      { maxKeys: 3 },
    ),
    files: fc.dictionary(
      fc.constantFrom("plugins/a.py", "../x", "SOUL.md", "workspace/AGENTS.md", "a/b"),
      fc.record({ text: words }),
      { maxKeys: 3 },
    ),
    mcpServers: fc.dictionary(
      name,
      fc.oneof(
        fc.record({
          command: fc.constantFrom("/opt/a", "npx", "bash"),
          args: fc.array(words, { maxLength: 3 }),
          env: fc.dictionary(fc.constantFrom("TOKEN", "TEAM"), value),
        }),
        fc.record({
          url: fc.constantFrom("http://tool:8000/mcp", "https://mcp.example.com"),
          headers: fc.dictionary(fc.constantFrom("Authorization", "X-Team"), value),
        }),
      ),
      { maxKeys: 3 },
    ),
    toolsets: fc.array(fc.constantFrom("web", "file", "nosuch"), { maxLength: 3 }),
    fallbackModels: fc.array(
      fc.record({ provider: fc.constantFrom("openai-codex", "custom", "nosuch"), name }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

test("any mind is refused in our words, or declared as the merge reads it, without a secret's value or reference", () => {
  let declared = 0;
  fc.assert(
    fc.property(anyMind, (given) => {
      const stack = newStack();
      const sensitive = new TerraformVariable(stack, "sensitive-value", { type: "string", sensitive: true })
        .stringValue;
      const props = JSON.parse(JSON.stringify(given).replaceAll('"SECRET"', JSON.stringify(sensitive)));
      try {
        agent(stack, props);
      } catch (error) {
        if (!(error instanceof HermesConfigError)) throw error;
        expect(error.message).not.toContain("TfToken");
        return;
      }
      declared += 1;
      const { outdir } = App.of(stack);
      const [made] = Object.values(synth(stack).resource?.docker_container ?? {});
      const text = fileOf(
        { made: made ?? fail("no container"), folder: join(outdir, "stacks", stack.node.id) },
        PATH,
      );
      expect(text).not.toMatch(/TfToken|sensitive-value/);
      const profile: ProfileDeclaration = JSON.parse(text).profiles.default;
      expect(profile.files["SOUL.md"]).toEqual(
        given.soul === undefined ? undefined : { value: given.soul.text },
      );
      expect(profile.jobs.map(({ name }) => name)).toEqual(Object.keys(given.crons ?? {}));
      for (const { path } of profile.config) expect(path.length).toBeGreaterThan(0);
      expect(existsSync(outdir)).toBe(true);
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(declared).toBeGreaterThan(5);
});
