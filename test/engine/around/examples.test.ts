/**
 * The examples of what stands around an agent, but for that with sidecars, which has a file of its own. `surroundings.ts` says what is changed.
 *
 * Simulated beside the servers (no model, no GPU): Twilio and LINE (`verify/services.py`), and the other machine (`machine.ts`).
 */
import { randomBytes } from "node:crypto";
import { Engine } from "../engine";
import { FAKE_MODEL } from "../fake-model";
import { standIn } from "../images";
import { MACHINE, Machine } from "../machine";
import { DIRECTORY_VARIABLE, enginePaths } from "../paths";
import { TURN_COMES_MS } from "../ports";
import { githubCall, lineCall, twilioCall } from "../signed-calls";
import { FakeServices } from "../verify/services";
import { NEXT, RELEASE, Surroundings } from "./surroundings";

const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: `${enginePaths().root}-examples` }, 1));
const hex = () => randomBytes(16).toString("hex");

let around: Surroundings;
beforeAll(async () => {
  around = await Surroundings.start();
}, TURN_COMES_MS);
afterEach(() => around.clean());
afterAll(() => around.stop());

test("local-model: one Ollama serves two agents, which find it by its name", async () => {
  const made = await around.deployed("local-model", [
    around.image("ollama/ollama"),
    [/\n {2}gpus: "all",/, ""],
  ]);
  const agents = ["hermes-work", "hermes-home"];
  await made.holds({ stacks: ["images", "models", "work", "home"], agents: agents, beside: ["qwen"] });
  const conditions = await made.conditions();
  for (const condition of ["endpoint", "answer"])
    expect(conditions.filter((row) => row.condition === condition)).toMatchObject([
      { result: "holds" },
      { result: "holds" },
    ]);
  // The other way: verify says of each agent that the server is gone.
  await around.engine.docker("stop", "qwen");
  expect((await made.conditions()).filter(({ condition }) => condition === "endpoint")).toMatchObject([
    { failure: "unreachable" },
    { failure: "unreachable" },
  ]);
});

test("vllm: the server has the token and the context that the program says, and its agent finds it", async () => {
  const token = `hf_${hex()}`;
  const made = await around.deployed("vllm", [around.image("vllm/vllm-openai"), [/\n {2}gpus: "all",/, ""]], {
    hugging_face_token: token,
  });
  const served = await around.exec("qwen", "curl", "-fsS", "http://127.0.0.1:8000/v1/models");
  expect(JSON.parse(served.stdout).data).toMatchObject([
    { id: "Qwen/Qwen3-4B-Instruct-2507", max_model_len: 65_536 },
  ]);
  expect((await around.exec("qwen", "printenv", "HF_TOKEN")).stdout).toBe(`${token}\n`);
  expect(
    await around.engine.docker("inspect", "--format", "{{json .HostConfig.PortBindings}}", "qwen"),
  ).toMatch(/^(?:null|\{\})$/);
  await made.holds({ stacks: ["images", "models", "agent"], agents: ["hermes"], beside: ["qwen"] });
  const conditions = await made.conditions();
  for (const condition of ["endpoint", "answer"])
    expect(conditions.filter((row) => row.condition === condition)).toMatchObject([{ result: "holds" }]);
});

test("workspace: what the agent writes belongs to the project's user, and a model of the host answers", async () => {
  await around.engine.inside("mount", "-t", "tmpfs", "tmpfs", "/srv");
  try {
    await around.engine.inside("install", "-d", "-o", "1000", "-g", "1000", "/srv/projects/site");
    const made = await around.deployed("workspace", [
      ['model: "llama3"', `model: "${FAKE_MODEL}"`],
      ["port: 11434", `port: ${around.model.port}`],
    ]);
    const asHermes = (script: string) =>
      around.exec("hermes", "/command/s6-setuidgid", "hermes", "sh", "-c", script);
    for (const path of ["/workspace/made", "/scratch/made"])
      expect(await asHermes(`echo kept > ${path}`)).toMatchObject({ code: 0 });
    expect(await around.engine.inside("stat", "-c", "%u:%g", "/srv/projects/site/made")).toBe("1000:1000");
    await made.holds({ stacks: ["images", "agent"], agents: ["hermes"] });
    for (const path of ["/workspace/made", "/scratch/made"])
      expect((await around.exec("hermes", "cat", path)).stdout).toBe("kept\n");
  } finally {
    await around.engine.reset();
    await around.engine.inside("umount", "/srv");
  }
});

test("chat-webhooks: each platform's calls count with a right signature alone", async () => {
  const services = await FakeServices.start(around.engine);
  try {
    const secrets = {
      twilio_auth_token: hex().replaceAll("bad", "dab"),
      line_channel_access_token: `line-${hex()}`.replaceAll("bad", "dab"),
      line_channel_secret: hex(),
      webhook_secret: hex(),
    };
    // The way to the stand-ins: their names, and their certificate.
    const way = `  memoryMiB: 2048,
  extraHosts: ${JSON.stringify(services.hosts)},
  mounts: [{ hostPath: ${JSON.stringify(services.folder)}, target: "/tls", readOnly: true }],
  env: { SSL_CERT_FILE: "/tls/certificate.pem" },
});`;
    const made = await around.deployed("chat-webhooks", [["  memoryMiB: 2048,\n});", way]], secrets);
    await around.chooseModel("hermes");
    const url = "https://hermes.example.com/webhooks/twilio";
    const line = `U${"0".repeat(32)}`;
    const calls = [
      [
        8080,
        200,
        403,
        (key?: string) => twilioCall(key ?? secrets.twilio_auth_token, url, "+15550101", "hi"),
      ],
      [8646, 200, 401, (key?: string) => lineCall(key ?? secrets.line_channel_secret, line, "hi")],
      [8644, 202, 401, (key?: string) => githubCall(key ?? secrets.webhook_secret, "ci", { check_run: {} })],
    ] as const;
    for (const [port, accepted, rejected, of] of calls) {
      const status = async (key?: string) => {
        const { path, headers, body } = of(key);
        return (await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body })).status;
      };
      expect([port, await status(hex()), await status()]).toEqual([port, rejected, accepted]);
    }
    await made.holds({ stacks: ["images", "agent"], agents: ["hermes"] });
  } finally {
    await around.engine.reset();
    await services.stop();
  }
});

describe("a terminal elsewhere", () => {
  let machine: Machine;
  let upstream: readonly (readonly [image: string, tag: string])[];

  beforeAll(async () => {
    await second.start();
  });
  afterAll(() => second.stop());
  beforeEach(async () => {
    machine = await Machine.start(around.engine, second);
    await around.engine.docker("network", "connect", "bridge", MACHINE);
    // Upstream's images have both clients, which the stand-ins lack. The machine's image is a stand-in with them.
    upstream = await Promise.all(
      [RELEASE, NEXT].map(async (release) => {
        const tag = standIn(release);
        return [await around.engine.docker("image", "inspect", "--format", "{{.Id}}", tag), tag] as const;
      }),
    );
    const image = await around.engine.docker("inspect", "--format", "{{.Image}}", MACHINE);
    const run = ["run", "--name", "made", "--entrypoint", "true", image];
    await around.engine.docker(...run);
    const entrypoint = JSON.stringify(["/init", "/opt/hermes/docker/main-wrapper.sh"]);
    for (const [, tag] of upstream)
      await around.engine.docker("commit", "--change", `ENTRYPOINT ${entrypoint}`, "made", tag);
  });
  afterEach(async () => {
    for (const [image, tag] of upstream) await around.engine.docker("tag", image, tag);
  });

  const address = async () => {
    const format = "{{.NetworkSettings.Networks.bridge.IPAddress}}";
    return around.engine.docker("inspect", "--format", format, MACHINE);
  };

  test("terminal-ssh: the machine takes the agent's key, and verify says so", async () => {
    const key = await machine.makeKey();
    const hostKey = await machine.startSsh("ed25519");
    await machine.sh("install -d -o agent -g agent /srv/project");
    const made = await around.deployed(
      "terminal-ssh",
      [
        [/"ssh-ed25519 AAAA[^"]*"/, JSON.stringify(hostKey)],
        ["  terminal:", `  extraHosts: { "build.lan": "${await address()}" },\n  terminal:`],
      ],
      { terminal_key: key },
    );
    await around.chooseModel("hermes");
    await made.holds({ stacks: ["images", "agent"], agents: ["hermes"] });
    expect((await made.verified()).filter(({ condition }) => condition === "terminal")).toMatchObject([
      { of: "ssh", result: "holds" },
    ]);
  });

  test("terminal-docker: the other machine's engine answers, and verify says so", async () => {
    const key = await machine.makeKey();
    const hostKey = await machine.startSsh("ed25519");
    const made = await around.deployed(
      "terminal-docker",
      [
        [/"ssh-ed25519 AAAA[^"]*"/, JSON.stringify(hostKey)],
        ["  terminal:", `  extraHosts: { "sandbox.lan": "${await address()}" },\n  terminal:`],
      ],
      { terminal_key: key },
    );
    await around.chooseModel("hermes");
    await made.holds({ stacks: ["images", "agent"], agents: ["hermes"] });
    expect((await made.verified()).filter(({ condition }) => condition === "terminal")).toMatchObject([
      { of: "docker", result: "holds" },
    ]);
  });
});
