/**
 * Every prop of a terminal with every other one, at every place, beside mounts: what comes of it is a program for Terraform,
 * or a refusal that says why.
 */
import { type TerraformStack, Testing } from "cdktf";
import {
  CapRoverProvider,
  HermesConfigError,
  HermesTarget,
  inSecretsFile,
  PersistentDataVolume,
} from "../../lib";
import type { TerminalSettings } from "../../lib/agent/settings/terminal-props";
import { TERMINAL_SETTINGS, type TerminalRow } from "../../lib/hermes/terminal-settings";
import { RULES } from "../../lib/targets";
import { type AgentProps, agent, newStack, secretOf } from "../agents";

type Values = Readonly<Record<string, readonly unknown[]>>;

const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

/** Right values of a row, and some that open too much. */
function valuesOf(row: TerminalRow, stack: TerraformStack): readonly unknown[] {
  switch (row.kind) {
    case "text":
      return row.pattern?.test("/workspace") ? ["/workspace", "/${var.path}"] : ["build.lan", "${var.text}"];
    case "choice":
      return row.values;
    case "flag":
      return [true, false];
    case "whole":
    case "number":
      return [row.min];
    case "list":
      return [row.pattern.test("--privileged") ? ["--privileged", "--gpus", "all"] : ["A_NAME"], []];
    case "map":
      return [{ DEBUG: "1" }, {}];
    case "mounts":
      return [
        [{ hostPath: "/srv/work", target: "/workspace" }],
        [{ hostPath: "/", target: "/host", readOnly: true }],
      ];
    case "secret":
      return [secretOf(stack, "token"), inSecretsFile];
  }
}

/** What is no row: logins and engines. */
function further(backend: TerminalSettings["backend"], stack: TerraformStack): Values {
  const login = { key: secretOf(stack, "terminal_key"), hostKeys: [HOST_KEY] };
  const machine = { host: "build.lan", user: "agent", ...login };
  if (backend === "ssh")
    return { key: [login.key, inSecretsFile], hostKeys: [[HOST_KEY]], directories: [["/srv"], []] };
  if (backend !== "docker") return {};
  const tls = { host: "build.lan", ca: PEM, certificate: PEM, key: login.key };
  return {
    engine: [{ ssh: machine }, { tls }, { socket: "/run/docker.sock" }, { proxy: "tcp://proxy:2375" }],
  };
}

type Place = (stack: TerraformStack) => AgentProps;

const PLACES: Readonly<Record<string, Place>> = {
  docker: () => ({}),
  "docker with a mount of the workspace": () => ({ mounts: [{ volume: "work", target: "/workspace" }] }),
  "docker with data of the host and the socket": (stack) => ({
    data: new PersistentDataVolume(stack, "own", { hostPath: "/srv/hermes" }),
    mounts: [{ hostPath: "/var/run/docker.sock", target: "/var/run/docker.sock" }],
    acknowledge: { "mount-docker-socket": "seen" },
  }),
  "docker on the host's network, with a secrets file": () => ({
    target: HermesTarget.docker({ hostNetwork: true, secretsFile: "/srv/hermes.env" }),
  }),
  caprover: (stack) => {
    new CapRoverProvider(stack, "caprover");
    return { target: HermesTarget.caprover({ address: false }) };
  },
  "an old release": () => ({ release: "v2026.6.19" }),
};

/** "written", or the ids of the rules that refuse it; an empty id is a shape that nothing has. */
function outcome(place: Place, terminal: (stack: TerraformStack) => object): readonly string[] | "written" {
  // An app of its own: agents of one app take names and data from each other.
  const stack = newStack();
  try {
    agent(stack, { ...place(stack), ...terminal(stack) });
  } catch (error) {
    if (!(error instanceof HermesConfigError)) throw error;
    return error.problems.map(({ rule = "" }) => rule);
  }
  expect(JSON.parse(Testing.synth(stack))).toHaveProperty("resource");
  return "written";
}

const BACKENDS: readonly [TerminalSettings["backend"], Readonly<Record<string, TerminalRow>>][] = [
  ["local", TERMINAL_SETTINGS.local],
  ["ssh", TERMINAL_SETTINGS.ssh],
  ["docker", TERMINAL_SETTINGS.docker],
  ["singularity", TERMINAL_SETTINGS.singularity],
  ["modal", TERMINAL_SETTINGS.modal],
  ["daytona", TERMINAL_SETTINGS.daytona],
];

test.each(
  BACKENDS,
)("any two props of the terminal %s are written or refused by rules, at every place", (backend, table) => {
  const places = Object.entries(PLACES);
  const names = [...Object.keys(table), ...Object.keys(further(backend, newStack()))];
  const required = names.filter((name) => table[name] === undefined || table[name].optional !== true);
  const pairs = names.flatMap((one, i) => names.slice(i).map((other) => [one, other] as const));
  const seen = new Set<string>();
  for (const [at, [one, other]] of pairs.entries())
    for (const turn of [0, 1]) {
      const [where, place] = places[(at + turn) % places.length] ?? ["", () => ({})];
      const found = outcome(place, (stack) => {
        const values: Values = {
          ...Object.fromEntries(Object.entries(table).map(([name, row]) => [name, valuesOf(row, stack)])),
          ...further(backend, stack),
        };
        const asked = [...new Set([...required.filter((name) => name !== "directories"), one, other])];
        // A token has two halves.
        const both = asked.some((name) => name.startsWith("token")) ? ["tokenId", "tokenSecret"] : [];
        const given = [...asked, ...both].map((name) => {
          const choices = values[name] ?? [];
          return [name, choices[(at + turn) % choices.length]];
        });
        return { terminal: { backend, ...Object.fromEntries(given) } };
      });
      const unknown = found === "written" ? [] : found.filter((rule) => !Object.hasOwn(RULES, rule));
      expect({ backend, one, other, where, unknown }).toMatchObject({ unknown: [] });
      seen.add(found === "written" ? "written" : "refused");
    }
  expect(seen).toContain("written");
});
