import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import fc from "fast-check";
import { CapRoverProvider, HermesTarget, LocalModel, type OllamaProps } from "../lib";
import { DECLARATION_PATH } from "../lib/boot/declaration";
import {
  type AgentProps,
  agent,
  type ContainerJson,
  newApp,
  newStack,
  newStackOfProvider,
  refusalOf,
  rulesOf,
  type StackJson,
  secretOf,
  synth,
  temporaryFolder,
  uploadOf,
} from "./agents";

const DIGEST = `sha256:${"0".repeat(64)}`;
const OLLAMA = `ollama/ollama@${DIGEST}`;
const VLLM = `vllm/vllm-openai@${DIGEST}`;
const LLAMA = `ghcr.io/ggml-org/llama.cpp@${DIGEST}`;
const QWEN = { image: OLLAMA, model: "qwen3:8b" };

function only<Value>(resources: Readonly<Record<string, Value>> = {}): Value {
  const [one, ...others] = Object.values(resources);
  if (one === undefined || others.length > 0) throw new Error("there is not one resource");
  return one;
}

const containerIn = (json: StackJson): ContainerJson => only(json.resource?.docker_container);
const configOf = (container: ContainerJson) =>
  JSON.parse((uploadOf(container, "/etc/hermes/config.yaml") ?? "{}").replaceAll("$${", "${"));

/** An agent and its model, each in a stack of its own. */
function deployed(make: (models: TerraformStack) => LocalModel, props: object = {}) {
  const app = newApp();
  const models = newStack(app, "models");
  const stack = newStack(app, "agents");
  agent(stack, { model: make(models), ...props });
  return { app, stack, models, own: containerIn(synth(stack)), ofModel: synth(models) };
}

describe("a model's server in a container", () => {
  test("an agent's model is that of its Ollama server", () => {
    const { own } = deployed((models) => LocalModel.ollama(models, "qwen", QWEN));
    expect(configOf(own).model).toMatchObject({
      provider: "custom",
      default: "qwen3:8b",
      base_url: "http://qwen:11434/v1",
      ollama_num_ctx: 65_536,
      context_length: 65_536,
    });
  });

  test("an agent's model is that of its vLLM server", () => {
    const { own } = deployed((models) =>
      LocalModel.vllm(models, "big", { image: VLLM, model: "Qwen/Qwen3-32B", contextLength: 131_072 }),
    );
    expect(configOf(own).model).toMatchObject({
      provider: "custom",
      default: "Qwen/Qwen3-32B",
      base_url: "http://big:8000/v1",
      context_length: 131_072,
    });
  });

  test("a server and its agents are on one network, where the server has its name, and nothing is published", () => {
    const { own, ofModel, app, stack } = deployed((models) => LocalModel.ollama(models, "qwen", QWEN));
    expect(only(ofModel.resource?.docker_network)).toMatchObject({ name: "qwen-model" });
    expect(containerIn(ofModel)).toMatchObject({ name: "qwen", networks_advanced: [{ aliases: ["qwen"] }] });
    expect(containerIn(ofModel)).not.toHaveProperty("ports");
    expect(own).toMatchObject({ networks_advanced: [{ name: "qwen-model" }] });
    expect(app.manifest.forStack(stack).dependencies.sort()).toEqual(["images", "models"]);
  });

  test("several agents of several stacks share one server", () => {
    const app = newApp();
    const models = newStack(app, "models");
    const model = LocalModel.ollama(models, "qwen", QWEN);
    const stacks = ["one", "two"].map((id) => newStack(app, id));
    for (const [i, stack] of stacks.entries()) agent(stack, { model }, `agent-${i}`);
    expect(Object.keys(synth(models).resource?.docker_container ?? {})).toHaveLength(1);
    for (const stack of stacks)
      expect(configOf(containerIn(synth(stack))).model.base_url).toBe("http://qwen:11434/v1");
  });

  test("a server of the agent's own stack is healthy before the agent, where the risk is acknowledged", () => {
    const stack = newStack();
    const model = LocalModel.ollama(stack, "qwen", QWEN);
    expect(rulesOf(refusalOf(() => agent(stack, { model })))).toEqual(["docker-model-in-same-stack"]);
    agent(stack, { model, acknowledge: { "docker-model-in-same-stack": "of the tests" } }, "other");
    const containers = synth(stack).resource?.docker_container ?? {};
    const [address] = Object.entries(containers).find(([, { image }]) => image === OLLAMA) ?? [];
    const own = Object.values(containers).find(({ image }) => image !== OLLAMA);
    expect(own?.["depends_on"]).toEqual([`docker_container.${address}`]);
  });

  test("a server that no agent uses is not made", () => {
    const stack = newStack();
    LocalModel.ollama(stack, "qwen", QWEN);
    expect(synth(stack).resource).toBeUndefined();
  });

  test("GPUs, memory, weights and the time of the first download are the server's", () => {
    const { ofModel } = deployed((models) =>
      LocalModel.ollama(models, "qwen", {
        ...QWEN,
        gpus: "all",
        memoryMiB: 16_384,
        weightsVolume: "weights",
        readyWithinSeconds: 600,
      }),
    );
    expect(containerIn(ofModel)).toMatchObject({
      gpus: "all",
      memory: 16_384,
      memory_swap: 16_384,
      mounts: [{ type: "volume", source: "weights", target: "/root/.ollama" }],
      wait: true,
      wait_timeout: 600 + 7 * 15,
      healthcheck: { start_period: "10m0s", test: ["CMD", "ollama", "show", "qwen3:8b"] },
    });
  });

  test("Terraform waits as long as the program says, after the pull of the image, where its provider can", () => {
    const made = deployed((models) => LocalModel.ollama(models, "qwen", QWEN));
    expect(containerIn(made.ofModel)).toMatchObject({
      wait_timeout: 3600 + 7 * 15,
      timeouts: { create: "3h1m45s" },
    });
    const old = newStackOfProvider("3.6.2", newApp(), "models");
    agent(newStack(App.of(old), "agents"), { model: LocalModel.ollama(old, "qwen", QWEN) });
    expect(containerIn(synth(old))).not.toHaveProperty("timeouts");
  });

  test("vLLM serves the model under its own name, with tools, and gets its token by a secret", () => {
    const { ofModel } = deployed((models) =>
      LocalModel.vllm(models, "big", {
        image: VLLM,
        model: "meta-llama/Llama-3.3-70B-Instruct",
        toolCallParser: "llama3_json",
        huggingFaceToken: secretOf(models, "hugging_face"),
        args: ["--tensor-parallel-size", "2"],
      }),
    );
    expect(containerIn(ofModel)).toMatchObject({
      entrypoint: ["vllm", "serve"],
      command: [
        ...["meta-llama/Llama-3.3-70B-Instruct", "--served-model-name", "meta-llama/Llama-3.3-70B-Instruct"],
        ...["--host", "0.0.0.0", "--port", "8000"],
        ...["--enable-auto-tool-choice", "--tool-call-parser", "llama3_json"],
        ...["--tensor-parallel-size", "2"],
      ],
      env: ["HF_TOKEN=${var.hugging_face}"],
      shm_size: 4096,
    });
  });

  test("the format of curl's answers in a command and a health check is text to Terraform", () => {
    const asks = ["CMD-SHELL", "curl -sw '%{http_code}' http://127.0.0.1:8080/v1/models | grep 200"];
    const { ofModel } = deployed((models) =>
      LocalModel.openAiCompatible(models, "llama", {
        image: LLAMA,
        model: "gemma-3",
        port: 8080,
        command: ["--log-format", "%{time}"],
        health: { test: asks },
      }),
    );
    expect(containerIn(ofModel)).toMatchObject({
      command: ["--log-format", "%%{time}"],
      healthcheck: { test: ["CMD-SHELL", expect.stringContaining("'%%{http_code}'")] },
    });
  });

  test("any OpenAI-compatible server may be the container", () => {
    const { own, ofModel } = deployed((models) =>
      LocalModel.openAiCompatible(models, "llama", {
        image: LLAMA,
        model: "gemma-3",
        port: 8080,
        command: ["-hf", "ggml-org/gemma-3-12b-it-GGUF", "--host", "0.0.0.0", "--jinja"],
        health: { test: ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/v1/models"] },
        volumes: [{ volume: "llama-cache", target: "/root/.cache" }],
      }),
    );
    expect(configOf(own).model).toMatchObject({ default: "gemma-3", base_url: "http://llama:8080/v1" });
    expect(containerIn(ofModel)).toMatchObject({ healthcheck: { start_period: "1h0m0s" } });
  });
});

describe("a model's server on the host or elsewhere", () => {
  const onHost = (models: TerraformStack) =>
    LocalModel.openAiCompatible(models, "host", { model: "llama3", onHost: { port: 11_434 } });

  test("a server on the host gets its entry in the agent's hosts by itself", () => {
    const { own } = deployedWithoutServer(onHost);
    expect(configOf(own).model.base_url).toBe("http://host.docker.internal:11434/v1");
    expect(own).toMatchObject({ host: [{ host: "host.docker.internal", ip: "host-gateway" }] });
  });

  test("an entry that the program gives is kept", () => {
    const { own } = deployedWithoutServer(onHost, { extraHosts: { "host.docker.internal": "10.0.0.1" } });
    expect(own).toMatchObject({ host: [{ host: "host.docker.internal", ip: "10.0.0.1" }] });
  });

  test("an agent on the host's network calls the host's loopback", () => {
    const { own } = deployedWithoutServer(onHost, { target: HermesTarget.docker({ hostNetwork: true }) });
    expect(configOf(own).model.base_url).toBe("http://127.0.0.1:11434/v1");
    expect(own).toMatchObject({ network_mode: "host" });
    expect(own).not.toHaveProperty("host");
  });

  test("a server elsewhere is called at its address, with its key", () => {
    const { own } = deployedWithoutServer((stack) =>
      LocalModel.openAiCompatible(stack, "far", {
        model: "m",
        baseUrl: "https://models.example/v1",
        apiKey: secretOf(stack, "model_key"),
      }),
    );
    expect(configOf(own).model).toMatchObject({
      base_url: "https://models.example/v1",
      api_key: "${HERMES_MODEL_API_KEY}",
    });
  });

  test("the host's name in an address gets its entry too", () => {
    const { own } = deployedWithoutServer((stack) =>
      LocalModel.openAiCompatible(stack, "x", { model: "m", baseUrl: "http://host.docker.internal:8000/v1" }),
    );
    expect(own).toMatchObject({ host: [{ host: "host.docker.internal", ip: "host-gateway" }] });
  });

  test.each([
    "http://localhost:8000/v1",
    "http://127.0.0.1:8000/v1",
    "http://[::1]:8000/v1",
    "http://LOCALHOST.:8000/v1",
    "http://127.1:8000/v1",
    "http://0.0.0.0:8000/v1",
  ])("an agent with a network of its own is refused a model at %s, with the fix", (baseUrl) => {
    const stack = newStack();
    const model = LocalModel.openAiCompatible(stack, "x", { model: "m", baseUrl });
    const refused = refusalOf(() => agent(stack, { model }));
    expect(rulesOf(refused)).toEqual(["address-of-container"]);
    expect(refused.message).toContain("onHost");
    agent(stack, { model, target: HermesTarget.docker({ hostNetwork: true }) }, "on-host");
  });

  test.each([
    "http://ollama.lan:11434/v1",
    "https://127-0-0-1.example/v1",
    "http://192.168.1.20:8000/v1",
    "http://[fd00::1]:8000/v1",
  ])("an agent with a network of its own may have a model at %s", (baseUrl) => {
    const stack = newStack();
    agent(stack, { model: LocalModel.openAiCompatible(stack, "x", { model: "m", baseUrl }) });
  });

  function deployedWithoutServer(make: (stack: TerraformStack) => LocalModel, props: object = {}) {
    const stack = newStack();
    agent(stack, { model: make(stack), ...props });
    return { own: containerIn(synth(stack)) };
  }
});

describe("models that are refused, and their likes that are not", () => {
  test.each<[string, object, string]>([
    ["no way", { model: "m" }, "exactly one of image, onHost, baseUrl"],
    ["two ways", { model: "m", onHost: { port: 1 }, baseUrl: "http://x/v1" }, "exactly one of"],
    ["a container without a health check", { model: "m", image: LLAMA, port: 1 }, "health"],
    [
      "a GPU for a server on the host",
      { model: "m", onHost: { port: 1 }, gpus: "all" },
      "nothing beside `onHost`",
    ],
    ["an address with a call", { model: "m", baseUrl: "http://x/v1/models" }, "up to and including /v1"],
    [
      "one GPU by its number",
      { model: "m", image: LLAMA, port: 1, health: { test: ["CMD", "true"] }, gpus: "device=0" },
      'one of "all"',
    ],
    ["a model that is an option", { model: "--trust-remote-code", baseUrl: "http://x/v1" }, "a model's name"],
  ])("%s is no OpenAI-compatible server", (_, props, message) => {
    const make = LocalModel.openAiCompatible.bind(LocalModel, newStack(), "x");
    // JavaScript has no types.
    expect(() => Reflect.apply(make, undefined, [props])).toThrow(message);
  });

  test("two servers of one name on one engine are refused", () => {
    const app = newApp();
    const stacks = ["a", "b"].map((id) => newStack(app, id));
    const [first, second] = stacks.map((stack) => LocalModel.ollama(stack, "qwen", QWEN));
    agent(newStack(app, "one"), { ...(first && { model: first }) }, "one");
    const refused = refusalOf(() => agent(newStack(app, "two"), { ...(second && { model: second }) }, "two"));
    expect(rulesOf(refused)).toEqual(["duplicate-name", "duplicate-network"]);
  });

  test("an agent's data is not mounted into a model's server", () => {
    const stack = newStack();
    const models = newStack(App.of(stack), "models");
    const model = LocalModel.ollama(models, "qwen", { ...QWEN, weightsVolume: "hermes-data" });
    expect(rulesOf(refusalOf(() => agent(stack, { model })))).toEqual(["duplicate-data-mount"]);
  });

  test("an agent on CapRover may use a server elsewhere, and none in a container", () => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    const target = HermesTarget.caprover();
    const model = LocalModel.ollama(stack, "qwen", QWEN);
    expect(rulesOf(refusalOf(() => agent(stack, { model, target })))).toEqual([
      "caprover-unsupported-model-server",
    ]);
    const far = LocalModel.openAiCompatible(stack, "far", { model: "m", baseUrl: "http://models.lan/v1" });
    agent(stack, { model: far, target }, "second");
    const host = LocalModel.openAiCompatible(stack, "host", { model: "m", onHost: { port: 1 } });
    expect(rulesOf(refusalOf(() => agent(stack, { model: host, target }, "third")))).toEqual([
      "caprover-unsupported-host-gateway",
    ]);
    agent(stack, { model: host, target, extraHosts: { "host.docker.internal": "172.17.0.1" } }, "fourth");
  });

  test("a token of Hugging Face that is written out is refused", () => {
    const stack = newStack();
    const refused = refusalOf(() =>
      LocalModel.vllm(stack, "big", { image: VLLM, model: "m", huggingFaceToken: "0123456789abcdef" }),
    );
    expect(rulesOf(refused)).toEqual(["secret-literal"]);
  });

  test.each(["Qwen", "q", "qwen_3", "-qwen", "qwen.lan"])("the id %s needs a name beside it", (id) => {
    expect(() => LocalModel.ollama(newStack(), id, QWEN)).toThrow(/id = /);
    LocalModel.ollama(newStack(), id, { ...QWEN, name: "qwen" });
  });

  test("every name of a model of the two libraries is accepted, and arrives as it is", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/);
    const name = fc
      .tuple(word, fc.option(word), fc.option(word))
      .map(([a, b, c]) => `${b === null ? "" : `${b}/`}${a}${c === null ? "" : `:${c}`}`);
    fc.assert(
      fc.property(name, (model) => {
        const { server } = LocalModel.ollama(newStack(), "qwen", { image: OLLAMA, model });
        expect(server?.spec.command).toEqual([model, "65536"]);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the script of the Ollama server", () => {
  test("Terraform reads nothing in it as its own", () => {
    const { ofModel } = deployed((models) => LocalModel.ollama(models, "qwen", QWEN));
    expect(JSON.stringify(containerIn(ofModel)["entrypoint"])).not.toMatch(/[$%]\{/);
  });

  /** A program that speaks Ollama's command line, and keeps its models in a file. */
  function ollama(
    pull: string,
    context = "262144",
  ): {
    readonly folder: string;
    run(model: string): SpawnSyncReturns<string>;
  } {
    const folder = temporaryFolder();
    const program = `#!/bin/sh
echo "$@" >> ${folder}/calls
case "$1" in
  serve) echo $$ > ${folder}/serving; trap 'exit 0' TERM; n=0; while [ $n -lt 40 ]; do sleep 0.1; n=$((n+1)); done ;;
  list) [ -f ${folder}/serving ] ;;
  show) grep -qx "$2" ${folder}/models 2>/dev/null && echo "    context length      ${context}    " ;;
  pull) ${pull} ;;
esac
`;
    writeFileSync(join(folder, "ollama"), program);
    chmodSync(join(folder, "ollama"), 0o755);
    const props: OllamaProps = { image: OLLAMA, model: "unused" };
    const [, , script = ""] = LocalModel.ollama(newStack(), "qwen", props).server?.spec.entrypoint ?? [];
    return {
      folder,
      run: (model) =>
        spawnSync("/bin/sh", ["-c", script, "sh", model, "65536"], {
          encoding: "utf8",
          env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
          timeout: 20_000,
        }),
    };
  }

  const calls = (folder: string) =>
    execFileSync("cat", [join(folder, "calls")], { encoding: "utf8" })
      .trim()
      .split("\n");

  test("the server downloads a model that it does not have, and serves on", () => {
    const { folder, run } = ollama(`echo "$2" >> "$(dirname "$0")/models"`);
    expect(run("qwen3:8b").status).toBe(0);
    expect(calls(folder).filter((call) => call.startsWith("pull"))).toEqual(["pull qwen3:8b"]);
    expect(calls(folder)).toContain("serve");
  });

  test("a model that is there is not downloaded again", () => {
    const { folder, run } = ollama("exit 1");
    writeFileSync(join(folder, "models"), "qwen3:8b\n");
    expect(run("qwen3:8b").status).toBe(0);
    expect(calls(folder).filter((call) => call.startsWith("pull"))).toEqual([]);
  });

  test("a model with a shorter context than the agent needs ends the container, and says so", () => {
    const { status, stderr } = ollama(`echo "$2" >> "$(dirname "$0")/models"`, "40960").run("qwen3:8b");
    expect(status).toBe(1);
    expect(stderr).toContain("qwen3:8b can see 40960 tokens at once, and the agent needs 65536");
  });

  test("a model whose context Ollama does not show is served", () => {
    expect(ollama(`echo "$2" >> "$(dirname "$0")/models"`, "unknown").run("qwen3:8b").status).toBe(0);
  });

  test("a download that fails ends the container, so that the engine tries again", () => {
    const { run } = ollama("exit 1");
    expect(run("qwen3:8b").status).toBe(1);
  });
});

test("vLLM's check succeeds only when the server shows the model", async () => {
  const { server } = LocalModel.vllm(newStack(), "big", { image: VLLM, model: "m-1" });
  const [, , , program = ""] = server?.spec.healthCheck?.test ?? [];
  const fake = createServer((_, response) => response.end(JSON.stringify({ data: [{ id: "m-1" }] })));
  await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
  const address = fake.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const check = (model: string) =>
    new Promise((resolve) => {
      const { spawn } = jest.requireActual<typeof import("node:child_process")>("node:child_process");
      spawn("python3", ["-c", program.replace("8000", port), model]).on("close", resolve);
    });
  expect(await check("m-1")).toBe(0);
  expect(await check("m-2")).toBe(1);
  await new Promise((resolve) => fake.close(resolve));
  expect(await check("m-1")).toBe(1);
});

test("the manifest names the model's address and its server", () => {
  const { stack } = deployed((models) => LocalModel.ollama(models, "qwen", QWEN));
  const outputs = Object.values(synth(stack).output ?? {}).map(({ value }) => value);
  const manifest = outputs.flatMap((value) =>
    typeof value === "string" && value.includes('"version"') ? [JSON.parse(value)] : [],
  )[0];
  expect(manifest.model).toEqual({
    provider: "custom",
    name: "qwen3:8b",
    baseUrl: "http://qwen:11434/v1",
    server: { container: "qwen", image: OLLAMA },
  });
  expect(App.of(stack)).toBeDefined();
});

describe("beside the default profile's own model", () => {
  const models = (app: App) => {
    const stack = newStack(app, "models");
    return {
      qwen: LocalModel.ollama(stack, "qwen", QWEN),
      big: LocalModel.vllm(stack, "big", { image: VLLM, model: "big/model", contextLength: 131_072 }),
    };
  };
  const leavesOf = (stack: TerraformStack, profile: string): Readonly<Record<string, unknown>> => {
    const upload = containerIn(synth(stack)).upload?.find(({ file }) => file === DECLARATION_PATH);
    const path = join(App.of(stack).outdir, "stacks", stack.node.id, String(Object(upload)["source"]));
    const { config } = JSON.parse(readFileSync(path, "utf8")).profiles[profile];
    return Object.fromEntries(
      config.map(({ path, value }: { path: string[]; value: unknown }) => [path.join("."), value]),
    );
  };

  test("a profile has a model of its own, with the settings that fit to its server, and nobody else has these", () => {
    const app = newApp();
    const { qwen, big } = models(app);
    const stack = newStack(app, "agents");
    agent(stack, { model: big, profiles: { work: { model: qwen }, home: {} } });
    expect(leavesOf(stack, "work")).toMatchObject({
      "model.provider": "custom",
      "model.default": "qwen3:8b",
      "model.base_url": "http://qwen:11434/v1",
      "model.ollama_num_ctx": 65_536,
    });
    expect(leavesOf(stack, "default")).toMatchObject({
      "model.default": "big/model",
      "model.context_length": 131_072,
    });
    expect(leavesOf(stack, "default")).not.toHaveProperty(["model.ollama_num_ctx"]);
    expect(Object.keys(leavesOf(stack, "home")).filter((path) => path.startsWith("model."))).toEqual([]);
    expect(uploadOf(containerIn(synth(stack)), "/etc/hermes/config.yaml") ?? "").not.toMatch(
      /num_ctx|context_length/,
    );
    expect(containerIn(synth(stack))).toMatchObject({
      networks_advanced: [{ name: "big-model" }, { name: "qwen-model" }],
    });
    expect(app.manifest.forStack(stack).dependencies.sort()).toEqual(["images", "models"]);
  });

  test("models of your own answer when the first one does not, for a profile too", () => {
    const app = newApp();
    const { qwen, big } = models(app);
    const stack = newStack(app, "agents");
    const paid = { provider: "custom", name: "paid", baseUrl: "https://models.example.com/v1" };
    agent(stack, {
      model: paid,
      fallbackModels: [qwen],
      profiles: { work: { fallbackModels: [qwen, big] } },
    });
    const entry = { provider: "custom", model: "qwen3:8b", base_url: "http://qwen:11434/v1" };
    expect(leavesOf(stack, "default")["fallback_providers"]).toEqual([entry]);
    expect(leavesOf(stack, "work")["fallback_providers"]).toEqual([
      entry,
      { provider: "custom", model: "big/model", base_url: "http://big:8000/v1" },
    ]);
    // One network and one server each, whoever uses it.
    expect(containerIn(synth(stack))).toMatchObject({
      networks_advanced: [{ name: "qwen-model" }, { name: "big-model" }],
    });
  });

  test("a fallback's server in the agent's own stack is healthy before the agent", () => {
    const stack = newStack();
    agent(stack, {
      fallbackModels: [LocalModel.ollama(stack, "qwen", QWEN)],
      acknowledge: { "docker-model-in-same-stack": "a lab" },
    });
    const containers = synth(stack).resource?.docker_container ?? {};
    const [address] = Object.entries(containers).find(([, { image }]) => image === OLLAMA) ?? [];
    const own = Object.values(containers).find(({ image }) => image !== OLLAMA);
    expect(own?.["depends_on"]).toEqual([`docker_container.${address}`]);
  });

  test("a fallback on the engine's host has the host's entry and its key", () => {
    const stack = newStack();
    const model = LocalModel.openAiCompatible(stack, "own", {
      model: "m",
      onHost: { port: 8080 },
      apiKey: secretOf(stack, "own_key"),
    });
    agent(stack, { fallbackModels: [model] });
    expect(leavesOf(stack, "default")["fallback_providers"]).toEqual([
      {
        provider: "custom",
        model: "m",
        base_url: "http://host.docker.internal:8080/v1",
        key_env: "HERMES_FALLBACK_1_API_KEY",
      },
    ]);
    expect(containerIn(synth(stack))).toMatchObject({
      host: [{ host: "host.docker.internal", ip: "host-gateway" }],
    });
  });

  test.each<[string, (model: LocalModel) => AgentProps, string]>([
    ["twice", (model) => ({ fallbackModels: [model, model] }), "fallbackModels[1]"],
    ["of the model itself", (model) => ({ model, fallbackModels: [model] }), "fallbackModels[0]"],
    [
      "of a profile's own model",
      (model) => ({ profiles: { work: { model, fallbackModels: [model] } } }),
      "profiles.work.fallbackModels[0]",
    ],
  ])("a fallback %s is refused as for a model of a provider", (_, props, prop) => {
    const app = newApp();
    const stack = newStack(app, "agents");
    const refused = refusalOf(() => agent(stack, props(models(app).qwen)));
    expect(rulesOf(refused)).toEqual(["fallback-duplicate"]);
    expect(refused.problems[0]?.prop).toBe(prop);
  });

  test.each<[string, string, (model: LocalModel) => AgentProps]>([
    ["docker-model-without-network", "fallbackModels[0]", (model) => ({ fallbackModels: [model] })],
    ["docker-model-without-network", "profiles.work.model", (model) => ({ profiles: { work: { model } } })],
  ])("%s holds for %s too", (rule, prop, props) => {
    const app = newApp();
    const stack = newStack(app, "agents");
    const refused = refusalOf(() =>
      agent(stack, { ...props(models(app).qwen), target: HermesTarget.docker({ hostNetwork: true }) }),
    );
    expect(rulesOf(refused)).toContain(rule);
    expect(refused.problems.find((problem) => problem.rule === rule)?.prop).toBe(prop);
  });
});
