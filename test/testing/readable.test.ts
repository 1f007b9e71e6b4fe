/** What a snapshot shows of an agent: the meaning of what is packed, on both targets. */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Container } from "@cdktf/provider-docker/lib/container";
import { App, TerraformOutput, type TerraformStack } from "cdktf";
import * as testing from "cdktf-hermes/testing";
import fc from "fast-check";
import * as lib from "../../lib";
import { DECLARATION_VERSION, type DeclaredFile, type ProfileDeclaration } from "../../lib/boot/declaration";
import { declarationFile } from "../../lib/boot/merge";
import { type Document, record, records } from "../../lib/support/json-document";
import { readableDeclaration } from "../../lib/testing/readable-declaration";
import * as agents from "../agents";
import { folder, skill } from "../rules/mind-cases";

const { CapRoverApp, CapRoverProvider, HermesImage } = lib;
const { agent, imageStack, newStack, secretOf } = agents;
const { synthesizeStack } = testing;

type TargetName = "docker" | "caprover";
type Given = agents.AgentProps | ((stack: TerraformStack) => agents.AgentProps);

expect.extend(testing.hermesMatchers);

const OWN = { lib, testing, agents };

/** @param by the package that synthesizes */
function shown(target: TargetName, given: Given = {}, by = OWN): Document {
  const stack = by.agents.newStack();
  new by.lib.CapRoverProvider(stack, "caprover");
  const props = typeof given === "function" ? given(stack) : given;
  by.agents.agent(stack, { target: by.lib.HermesTarget[target](), ...props });
  return by.testing.synthesizeStack(stack);
}

/** The package with another program for the boot. */
let later = OWN;
jest.isolateModules(() => {
  jest.doMock("../../lib/boot/merge-programs", () => ({ ROOT_PROGRAM: "a\n", USER_PROGRAM: "b\n" }));
  later = {
    lib: require("../../lib"),
    testing: require("cdktf-hermes/testing"),
    agents: require("../agents"),
  };
});

const resource = (document: Document, type: string, name = "hermes"): Document =>
  record(record(record(document["resource"])[type])[name]);

/** What the agent gets at boot. */
function bootOf(document: Document): Document {
  const inVariable = record(resource(document, "caprover_app")["environment"])["CDKTF_HERMES_BOOT"];
  if (inVariable !== undefined) return record(inVariable);
  const uploads = records(resource(document, "docker_container")["upload"]);
  const declaration = uploads.find(({ file }) => String(file).endsWith("/declaration.json"));
  const boot = uploads.find(({ file }) => String(file).endsWith("/boot"));
  return { program: boot?.["program"], declared: declaration?.["declared"] };
}

function defaultProfile(document: Document): Document {
  return record(record(record(bootOf(document)["declared"])["profiles"])["default"]);
}

/** Lines of the one that the other does not have: what a reviewer sees as changed. */
function changedLines(before: Document, after: Document): readonly string[] {
  const lines = (document: Document) => JSON.stringify(document, null, 1).split("\n");
  const known = new Set(lines(before));
  return lines(after).filter((line) => !known.has(line));
}

const mind = (notes = "Be careful.") => ({
  soul: { text: "# Iris\n\nYou are kind.\n" },
  skills: [
    join(folder({ "skills/hello/SKILL.md": skill("hello"), "skills/hello/NOTES.md": notes }), "skills"),
  ],
  mcpServers: { tool: { url: "https://tools.example.com/mcp" } },
  crons: { morning: { schedule: "0 9 * * *", prompt: "Say hello.", deliver: "local" } },
  files: { "workspace/AGENTS.md": { text: "Work on branches.\n" } },
});

describe.each<[TargetName]>([["docker"], ["caprover"]])("a snapshot on %s", (target) => {
  test("the snapshot shows a declared mind in words, and each file of a skill with its hash", () => {
    const profile = defaultProfile(shown(target, mind()));
    expect(profile).toMatchObject({
      soul: "# Iris\n\nYou are kind.\n",
      crons: { morning: { schedule: "0 9 * * *", prompt: "Say hello.", deliver: "local" } },
      config: { "mcp_servers.tool.url": "https://tools.example.com/mcp" },
      files: { "workspace/AGENTS.md": "Work on branches.\n" },
    });
    expect(profile["skills"]).toEqual({
      "skills/hello/SKILL.md": expect.stringMatching(/^\d+ bytes, sha256 [0-9a-f]{16}$/),
      "skills/hello/NOTES.md": expect.stringMatching(/^11 bytes, sha256 [0-9a-f]{16}$/),
    });
  });

  test("the snapshot shows nothing packed, and no other line that nobody can read", () => {
    const long = JSON.stringify(shown(target, mind())).match(/"[A-Za-z0-9+/=]{65,}"/g);
    expect(long).toBeNull();
  });

  test("a line that changes in a soul is that line and the declaration's hash", () => {
    const after = { ...mind(), soul: { text: "# Iris\n\nYou are brief.\n" } };
    expect(changedLines(shown(target, mind()), shown(target, after))).toEqual([
      expect.stringMatching(/"hash": "[0-9a-f]{16}",?$/),
      expect.stringContaining("You are brief."),
    ]);
  });

  test("one byte that changes in a skill's file shows which file it is", () => {
    expect(changedLines(shown(target, mind()), shown(target, mind("Be careful!")))).toEqual([
      expect.stringMatching(/"hash": "[0-9a-f]{16}",?$/),
      expect.stringMatching(/hello\/NOTES\.md": "11 bytes, sha256 [0-9a-f]{16}"/),
    ]);
  });

  test("the guarantees hold for what is shown, and for a copy of it", () => {
    const document = shown(target, mind());
    for (const given of [document, { ...document }]) {
      expect(given).toMountHermesData();
      expect(given).toSetHermesHome();
      expect(given).toRunGatewayMode();
      expect(given).toHaveNoLiteralSecret();
    }
  });

  test("an upgrade that changes only our own program changes one short line, since the agent restarts", () => {
    const given = mind();
    const lines = changedLines(shown(target, given), shown(target, given, later));
    expect(lines).toEqual([expect.stringMatching(/^ +"program": "cdktf-hermes [0-9a-f]{16}",?$/)]);
  });

  test("a value that only Terraform knows is named, and not shown", () => {
    const document = shown(target, (stack) => ({ soul: { text: `Serve ${secretOf(stack, "team")}.` } }));
    expect(defaultProfile(document)).toMatchObject({
      soul: expect.stringMatching(/^\(the value of CDKTF_HERMES_VALUE_[0-9A-F]{12}\)$/),
    });
  });

  test("a credential that was acknowledged is not shown, and another one differs by the hash", () => {
    const given = (token: string): agents.AgentProps => ({
      soul: { text: `Use ${token} for the tests.` },
      acknowledge: { "secret-in-text": "a token of the tests" },
    });
    const [before, after] = ["a", "b"].map((letter) => shown(target, given(`ghp_${letter.repeat(36)}`)));
    expect(defaultProfile(before ?? {})).toMatchObject({ soul: "(a GitHub token, not shown)" });
    expect(JSON.stringify(bootOf(before ?? {}))).not.toContain("ghp_");
    expect(changedLines(before ?? {}, after ?? {})).toEqual([expect.stringContaining('"hash"')]);
  });

  test("characters that nobody sees are shown as their numbers", () => {
    const document = shown(target, { files: { "notes.md": { text: "a\u202eb\u200bc\rd\te\n" } } });
    expect(defaultProfile(document)).toMatchObject({
      files: { "notes.md": "a\\u{202e}b\\u{200b}c\\u{d}d\te\n" },
    });
  });

  test("the manifest is an object, also where only Terraform knows a part of it", () => {
    const { output } = shown(target, (stack) => ({ apiServer: { key: secretOf(stack, "key") } }));
    expect(record(record(output)["hermes_manifest"])["value"]).toMatchObject({
      agent: "agents/hermes",
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      services: { apiServer: { port: 8642 } },
    });
  });
});

describe("two declarations that differ", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("a\r\nb", "a\nb", "a\rb", "", "true", "null"));
  const value = fc.oneof(
    fc.record({ value: text }),
    fc.record({ from: fc.constantFrom("CDKTF_HERMES_VALUE_A", "CDKTF_HERMES_VALUE_B") }),
  );
  const file: fc.Arbitrary<DeclaredFile> = fc.oneof(value, fc.record({ base64: fc.base64String() }));
  const name = fc.stringMatching(/^[a-z]{1,6}$/);
  const profile: fc.Arbitrary<ProfileDeclaration> = fc.record({
    config: fc.array(
      fc
        .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), text)
        .map(([path, value]) => ({ path, value })),
    ),
    env: fc.dictionary(name, fc.oneof(value, fc.constant(null))),
    files: fc.dictionary(fc.oneof(name, fc.constant("SOUL.md")), file),
    jobs: fc.array(
      fc.record({
        id: fc.constant("0123456789ab"),
        name,
        prompt: value,
        schedule: fc.record({ kind: fc.constant("cron"), expr: text, display: fc.constant("") }),
        deliver: value,
        skills: fc.array(name),
      }),
    ),
    skills: fc.dictionary(name, file),
    ownGateway: fc.boolean(),
  });
  const declared = (of: ProfileDeclaration) =>
    declarationFile({
      version: DECLARATION_VERSION,
      profiles: { default: of },
      secretFiles: {},
      dropped: [],
    });
  /** As a snapshot has it: names are sorted, and every line ends alike. */
  const snapshotOf = (declaration: string) =>
    JSON.stringify(readableDeclaration(declaration), (_, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ).replaceAll(/\\r\\n|\\r/g, "\\n");

  test("no two declarations look the same", () => {
    fc.assert(
      fc.property(profile, profile, (one, other) => {
        const turned = { ...one, env: Object.fromEntries(Object.entries(one.env).reverse()) };
        for (const second of [other, turned].map(declared))
          expect(snapshotOf(declared(one)) === snapshotOf(second)).toBe(declared(one) === second);
      }),
    );
  });

  test("one change shows outside the hash too, at its place", () => {
    const place = fc.constantFrom("files", "skills", "env");
    fc.assert(
      fc.property(profile, place, name, text, text, (of, place, name, one, other) => {
        fc.pre(one !== other);
        const shown = (value: string) => {
          const { hash: _, ...rest } = readableDeclaration(
            declared({ ...of, [place]: { [name]: { value } } }),
          );
          return rest;
        };
        expect(shown(one)).not.toEqual(shown(other));
      }),
    );
  });
});

describe("what is built on the server or on the engine", () => {
  const wrapper = (stack: TerraformStack) =>
    HermesImage.wrapper(imageStack(stack), "wrapper", { release: "v2026.7.30", baseRevision: "1" });

  const long = (end: string): Given => {
    // Nothing of it can be packed.
    const hashes = Array.from({ length: 3000 }, (_, i) =>
      createHash("sha256").update(`${i}`).digest("base64"),
    );
    const text = hashes.join("\n") + end;
    return (stack) => ({ image: wrapper(stack), files: { "context/all.txt": { text } } });
  };

  test("a Dockerfile for CapRover is a list of its lines, in which files stand with their content or hash", () => {
    const definition = (end: string) =>
      record(resource(shown("caprover", long(end)), "caprover_app")["captain_definition"]);
    const lines = definition("a")["dockerfileLines"];
    expect(lines).toEqual(expect.arrayContaining(["FROM nousresearch/hermes-agent:v2026.7.30", "USER root"]));
    expect(records(lines)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          file: "/etc/cont-init.d/012-cdktf-hermes-ownership",
          mode: "755",
          content: expect.stringMatching(/^\d+ bytes, sha256 [0-9a-f]{16}$/),
        }),
        expect.objectContaining({ declared: expect.objectContaining({ hash: expect.any(String) }) }),
      ]),
    );
    expect(JSON.stringify(lines)).not.toMatch(/base64 -d/);
    expect(definition("a")).not.toEqual(definition("b"));
  });

  test("a build context for Docker is its Dockerfile, and a hash for each other file", () => {
    const stack = newStack();
    agent(stack, { image: wrapper(stack) });
    const image = resource(synthesizeStack(imageStack(stack)), "docker_image", "wrapper");
    expect(record(image["build"])["context"]).toEqual({
      Dockerfile: expect.stringContaining("FROM nousresearch/hermes-agent:v2026.7.30\n"),
      boot: expect.stringMatching(/^\d+ bytes, sha256 [0-9a-f]{16}$/),
      "repair-ownership": expect.stringMatching(/^\d+ bytes, sha256 [0-9a-f]{16}$/),
    });
    expect(image["triggers"]).toEqual({ context: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

test("what this library did not make stays as it is", () => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  const upload = [{ file: "/boot", source: "assets/x/boot", sourceHash: "0".repeat(64) }];
  new Container(stack, "own", { name: "own", image: "own:1", upload });
  const serviceOverride = "TaskTemplate: {}\n";
  new CapRoverApp(stack, "app", { name: "app", image: "own:1", serviceOverride, environment: { A: "1" } });
  new TerraformOutput(stack, "own_manifest", { value: '{"version":1}' });
  const document = synthesizeStack(stack);
  expect(resource(document, "docker_container", "own")["upload"]).toEqual([
    { file: "/boot", source: "assets/x/boot", source_hash: "0".repeat(64) },
  ]);
  expect(resource(document, "caprover_app", "app")).toMatchObject({
    service_override: serviceOverride,
    environment: { A: "1" },
  });
  expect(document["output"]).toEqual({ own_manifest: { value: '{"version":1}' } });
});

test("what was removed from the output stays a path and a hash", () => {
  const stack = newStack();
  agent(stack);
  rmSync(join(App.of(stack).outdir, "boot-files"), { recursive: true });
  const uploads = records(resource(synthesizeStack(stack), "docker_container")["upload"]);
  const written = uploads.filter(({ file }) => String(file).startsWith("/usr/local/lib/cdktf-hermes/"));
  const asItIs = { source: expect.any(String), source_hash: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(written).toEqual([expect.objectContaining(asItIs), expect.objectContaining(asItIs)]);
});
