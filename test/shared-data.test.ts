/** Two agents and one place for data, whatever the way to it. */
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { type App, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  HermesImage,
  HermesTarget,
  inSecretsFile,
  type MountProps,
  PersistentDataVolume,
  type PersistentDataVolumeProps,
} from "../lib";
import { type AgentProps, agent, imageOf, NEWEST, newApp, newStack, refusalOf, rulesOf } from "./agents";

interface Given {
  /** Address of the engine. @default - the default one */
  readonly host?: string;
  readonly data?: PersistentDataVolumeProps;
  readonly mounts?: readonly MountProps[];
  readonly secretsFile?: string;
}

/** An agent in a stack of its own, with an image stack for each engine. */
function onEngine(app: App, id: string, { host, data, mounts, secretsFile }: Given) {
  const stackOf = (name: string) => {
    const stack = new TerraformStack(app, name);
    new DockerProvider(stack, "docker", host === undefined ? {} : { host });
    return stack;
  };
  const stack = stackOf(id);
  return agent(
    stack,
    {
      image: HermesImage.registry(stackOf(`images-${id}`), "image", { tag: NEWEST }),
      data: new PersistentDataVolume(stack, "data", data ?? { name: `${id}-own` }),
      ...(mounts && { mounts }),
      ...(secretsFile !== undefined && { target: HermesTarget.docker({ secretsFile }) }),
    },
    id,
  );
}

function refusedRules(one: Given, other: Given): readonly string[] {
  const app = newApp();
  onEngine(app, "one", one);
  return rulesOf(refusalOf(() => onEngine(app, "other", other)));
}

const at = (hostPath: string): Given => ({ data: { hostPath } });
const named = (name: string): Given => ({ data: { name } });
const mount = (
  source: { readonly hostPath: string } | { readonly volume: string },
  readOnly = false,
): Given => ({
  mounts: [{ ...source, target: "/mounted", ...(readOnly && { readOnly }) }],
});
let volumes = 0;
const bound = (device: string, options: object = { type: "none", o: "bind" }): Given => ({
  data: { name: `bound-${volumes++}`, driverOptions: { ...options, device } },
});

describe("two agents with one place for their data", () => {
  test.each<[what: string, Given, Given]>([
    ["one volume", named("shared"), named("shared")],
    ["one path", at("/srv/a"), at("/srv//a/")],
    ["a path inside the other", at("/srv/a"), at("/srv/a/b")],
    ["a path above the other", at("/srv/a/b"), at("/srv/a")],
    ["a volume, and its directory", named("vol"), at("/var/lib/docker/volumes/vol/_data")],
    ["a path, and a volume on it", at("/srv/a"), bound("/srv/a")],
    ["two volumes on one path", bound("/srv/a"), bound("//srv//a/")],
    ["two volumes on one disk", bound("/dev/sdb1", { type: "ext4" }), bound("//dev/sdb1", { type: "ext4" })],
    [
      "two volumes on one share",
      bound(":/export/a", { type: "nfs", o: "addr=nas,rw" }),
      bound("nas:/export/a/", { type: "nfs4" }),
    ],
    [
      "one volume of an engine, spelt in two ways",
      { host: "ssh://h1", ...named("vol") },
      { host: "ssh://ada@H1:22/", ...named("vol") },
    ],
    ["one volume of the default engine", named("vol"), { host: "unix:///run/docker.sock", ...named("vol") }],
    [
      "one path of a machine with two engines",
      { host: "ssh://h1", ...at("/srv/a") },
      { host: "ssh://h1/run/user/1000/docker.sock", ...at("/srv/a") },
    ],
    [
      "one share on two engines",
      { host: "ssh://h1", ...bound("//NAS/a", { type: "cifs" }) },
      { host: "ssh://h2", ...bound("//nas/a/b", { type: "cifs" }) },
    ],
    [
      "one path behind two drivers",
      bound("/srv/a"),
      { data: { name: "kept", driver: "local-persist", driverOptions: { mountpoint: "/srv/a" } } },
    ],
    ["one path behind one Terraform value", at("/srv/x/${var.name}"), at("/srv/x")],
  ])("are refused: %s", (_what, one, other) => {
    expect(refusedRules(one, other)).toEqual(["duplicate-data"]);
    expect(refusedRules(other, one)).toEqual(["duplicate-data"]);
  });

  test("one volume of an engine whose address is one Terraform value is refused", () => {
    const app = newApp();
    const images = newStack(app, "images");
    const stack = newStack(app, "agents");
    const host = new TerraformVariable(stack, "host", { type: "string" });
    const on = (id: string, name: string) => {
      const provider = new DockerProvider(stack, id, { alias: id, host: host.stringValue });
      const data = new PersistentDataVolume(stack, `${id}-data`, { name });
      agent(
        stack,
        { image: imageOf(images), data, target: HermesTarget.docker({ provider }) },
        `agent-${id}`,
      );
    };
    on("one", "vol");
    expect(rulesOf(refusalOf(() => on("two", "vol")))).toEqual(["duplicate-data"]);
    on("three", "other");
  });
});

describe("an agent that mounts another one's data", () => {
  test.each<[what: string, Given, Given]>([
    ["its volume", named("vol"), mount({ volume: "vol" })],
    ["its volume, read-only", named("vol"), mount({ volume: "vol" }, true)],
    ["its path", at("/srv/a"), mount({ hostPath: "/srv/a/" })],
    ["a directory above its path", at("/srv/agents/a"), mount({ hostPath: "/srv" })],
    ["a directory above its path, read-only", at("/srv/agents/a"), mount({ hostPath: "/srv/agents" }, true)],
    ["a directory inside its path", at("/srv/a"), mount({ hostPath: "/srv/a/workspace" })],
    ["the path of its volume with options", bound("/srv/a"), mount({ hostPath: "/srv" })],
    ["the directory of its volume", named("vol"), mount({ hostPath: "/var/lib/docker/volumes/vol/_data" })],
    ["a path below /proc/1/root", at("/srv/a"), mount({ hostPath: "/proc/1/root/srv/a" })],
    [
      "its path, on an engine spelt in another way",
      { host: "ssh://h1", ...at("/srv/a") },
      { host: "ssh://bob@H1:22", ...mount({ hostPath: "/srv/a" }) },
    ],
    ["a file of it, as its secrets file", at("/srv/a"), { secretsFile: "/srv/a/.env" }],
  ])("is refused, whichever of the two comes first: %s", (_what, owner, mounter) => {
    expect(refusedRules(owner, mounter)).toEqual(["duplicate-data-mount"]);
    expect(refusedRules(mounter, owner)).toEqual(["duplicate-data-mount"]);
  });

  test("is told whose data it is, and where", () => {
    const app = newApp();
    onEngine(app, "one", at("/srv/agents/a"));
    const { problems } = refusalOf(() => onEngine(app, "other", mount({ hostPath: "/srv" })));
    expect(problems).toEqual([
      expect.objectContaining({
        prop: "mounts[0].hostPath",
        value: '"/srv"',
        problem: expect.stringContaining("the data of one/one is there"),
      }),
    ]);
  });

  test("is accepted with a reason for that mount", () => {
    const app = newApp();
    const owner = newStack(app, "owner");
    agent(owner, { data: new PersistentDataVolume(owner, "data", { hostPath: "/srv/a" }) }, "owner");
    agent(
      newStack(app, "reader"),
      {
        mounts: [{ hostPath: "/srv/a/cron/output", target: "/reports", readOnly: true }],
        acknowledge: { "duplicate-data-mount": { "mounts[0].hostPath": "it reads the reports" } },
      },
      "reader",
    );
  });
});

describe("an agent that mounts its own data a second time", () => {
  test.each<[what: string, Given]>([
    ["its volume", { ...named("vol"), ...mount({ volume: "vol" }) }],
    ["its volume, read-only", { ...named("vol"), ...mount({ volume: "vol" }, true) }],
    ["its path", { ...at("/srv/a"), ...mount({ hostPath: "/srv//a" }) }],
    ["a directory above its path", { ...at("/srv/agents/a"), ...mount({ hostPath: "/srv/agents/" }) }],
    ["the path of its volume", { ...bound("/srv/a"), ...mount({ hostPath: "/srv/a" }) }],
    ["its path, by one Terraform value", { ...at("${var.path}/"), ...mount({ hostPath: "${var.path}" }) }],
    [
      "a directory above its path, by one Terraform value",
      { ...at("${var.path}/data"), ...mount({ hostPath: "${var.path}" }) },
    ],
  ])("is refused: %s", (_what, given) => {
    expect(rulesOf(refusalOf(() => onEngine(newApp(), "one", given)))).toEqual(["duplicate-data-mount"]);
  });

  test.each<[what: string, Given]>([
    ["a directory inside its path", { ...at("/srv/a"), ...mount({ hostPath: "/srv/a/workspace" }) }],
    [
      "one inside a path of Terraform's",
      { ...at("${var.path}"), ...mount({ hostPath: "${var.path}/work" }) },
    ],
    ["a directory beside its path", { ...at("/srv/a/data"), ...mount({ hostPath: "/srv/a/work" }) }],
    ["a path that begins like its own", { ...at("/srv/a"), ...mount({ hostPath: "/srv/ab" }) }],
    ["a volume whose name begins like its own", { ...named("vol"), ...mount({ volume: "vol-work" }) }],
  ])("is not meant when it mounts %s", (_what, given) => {
    onEngine(newApp(), "one", given);
  });
});

describe("two agents that share no data", () => {
  test.each<[what: string, Given, Given]>([
    ["two volumes", named("vol-a"), named("vol-b")],
    ["neighbouring paths", at("/srv/a"), at("/srv/ab")],
    ["paths that differ in case", at("/srv/a"), at("/srv/A")],
    [
      "a shared directory",
      { ...at("/srv/a"), ...mount({ hostPath: "/srv/shared" }) },
      mount({ hostPath: "/srv/shared" }),
    ],
    [
      "a shared directory, read-only",
      mount({ hostPath: "/srv/skills" }, true),
      mount({ hostPath: "/srv/skills" }, true),
    ],
    ["a shared volume", mount({ volume: "work" }), mount({ volume: "work" })],
    ["a directory beside the data", at("/srv/hermes/a"), mount({ hostPath: "/srv/hermes/shared" }, true)],
    [
      "one volume name on two engines",
      { host: "ssh://h1", ...named("vol") },
      { host: "ssh://h2", ...named("vol") },
    ],
    [
      "one path on two machines",
      { host: "ssh://h1", ...at("/srv/a") },
      { host: "ssh://h2", ...at("/srv/a") },
    ],
    [
      "a mount like the data of another machine",
      { host: "ssh://h1", ...at("/srv/a") },
      { host: "ssh://h2", ...mount({ hostPath: "/srv" }) },
    ],
    [
      "one volume name on two engines of a machine",
      { host: "ssh://h1", ...named("vol") },
      { host: "ssh://h1/run/user/1000/docker.sock", ...named("vol") },
    ],
    [
      "one volume name behind two tunnels",
      { host: "tcp://localhost:2375", ...named("vol") },
      { host: "tcp://localhost:2376", ...named("vol") },
    ],
    [
      "one volume name on engines that only Terraform knows",
      { host: "${var.host}", ...named("vol") },
      { host: "${var.host}", ...named("vol") },
    ],
    ["paths that only Terraform knows", at("${var.path}"), at("${var.path}")],
    [
      "volumes on two shares",
      bound(":/a", { type: "nfs", o: "addr=n1" }),
      bound(":/a/", { type: "nfs", o: "addr=n2" }),
    ],
    ["one secrets file", { secretsFile: "/etc/hermes.env" }, { secretsFile: "/etc/hermes.env" }],
  ])("are accepted: %s", (_what, one, other) => {
    const app = newApp();
    for (const [id, given] of [
      ["one", one],
      ["other", other],
    ] as const) {
      onEngine(app, id, given);
    }
  });
});

describe("two agents of one CapRover server", () => {
  const onServer = (app: App, id: string, url: string, props: (stack: TerraformStack) => AgentProps) => {
    const stack = newStack(app, id);
    new CapRoverProvider(stack, "caprover", { url });
    return agent(stack, { target: HermesTarget.caprover(), ...props(stack) }, id);
  };

  test.each([
    ["https://captain.example.com", "https://Captain.example.com/"],
    ["https://captain.example.com", "http://captain.example.com"],
  ])("can't have one volume or one path, however the server is spelt: %s, %s", (one, other) => {
    for (const given of [{ name: "vol" }, { hostPath: "/captain/data/a" }]) {
      const app = newApp();
      const data = (stack: TerraformStack) => ({ data: new PersistentDataVolume(stack, "data", given) });
      onServer(app, "one", one, data);
      expect(rulesOf(refusalOf(() => onServer(app, "other", other, data)))).toEqual(["duplicate-data"]);
    }
  });

  test("can't mount each other's data, and agents of two servers may have one volume name", () => {
    const app = newApp();
    const data = (stack: TerraformStack) => ({
      data: new PersistentDataVolume(stack, "data", { name: "vol" }),
    });
    onServer(app, "one", "https://captain.example.com", data);
    const mounts = () => ({ mounts: [{ volume: "vol", target: "/theirs" }] });
    expect(rulesOf(refusalOf(() => onServer(app, "two", "https://captain.example.com", mounts)))).toEqual([
      "duplicate-data-mount",
    ]);
    onServer(app, "three", "https://captain.example.org", data);
  });
});

test("an agent whose secrets file is elsewhere may have one", () => {
  const stack = newStack();
  agent(stack, {
    secrets: { OPENROUTER_API_KEY: inSecretsFile },
    target: HermesTarget.docker({ secretsFile: "/etc/hermes.env" }),
  });
});
