/** What `terminal` becomes in the container, and what of it is refused. The file test/terminal.test.ts is about shells. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, type TerraformStack } from "cdktf";
import { CapRoverProvider, HermesTarget, inSecretsFile, PersistentDataVolume, Terminal } from "../lib";
import { bootInVariable } from "../lib/boot/boot-script";
import { DECLARATION_PATH, type Declaration, VALUES_PATH } from "../lib/boot/declaration";
import {
  type AgentProps,
  agent,
  containerOf,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  temporaryFolder,
  uploadOf,
  warningsOf,
} from "./agents";

const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const RSA_KEY = `ssh-rsa ${"B".repeat(372)} a comment`;
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const KEY_FILE = "/usr/local/lib/cdktf-hermes/terminal/key.pem";
const BOOT = "/usr/local/lib/cdktf-hermes/boot";
const SSH_CONFIG = "/etc/ssh/ssh_config.d/cdktf-hermes.conf";
const KNOWN_HOSTS = "/usr/local/lib/cdktf-hermes/terminal/known_hosts";

const machine = (stack: TerraformStack, more: object = {}) => ({
  host: "build.lan",
  user: "agent",
  key: secretOf(stack, "terminal_key"),
  hostKeys: [HOST_KEY],
  ...more,
});
const remote = (stack: TerraformStack) => ({ ssh: machine(stack) });
const accepted = { "mount-docker-socket": "the agent may be root there" } as const;

function written(props: (stack: TerraformStack) => AgentProps) {
  const stack = newStack();
  agent(stack, props(stack));
  const container = containerOf(stack);
  /** A file that Terraform reads from beside the program's output. */
  const assetOf = (file: string) => {
    const upload: Readonly<Record<string, unknown>> =
      container.upload?.find((one) => one.file === file) ?? {};
    const folder = join(App.of(stack).outdir, "stacks", stack.node.id);
    return readFileSync(join(folder, String(upload["source"])), "utf8");
  };
  const config: unknown = JSON.parse(uploadOf(container, "/etc/hermes/config.yaml") ?? "{}");
  return {
    container,
    assetOf,
    environment: environmentOf(container),
    config,
    pinned: uploadOf(container, "/etc/hermes/.env"),
  };
}

describe("over SSH", () => {
  const { container, assetOf, environment, config, pinned } = written((stack) => ({
    terminal: Terminal.ssh({
      ...machine(stack, { port: 2222, hostKeys: [HOST_KEY, RSA_KEY] }),
      cwd: "/srv/work",
      directories: ["/home/agent"],
      timeoutSeconds: 600,
    }),
  }));

  test("the managed config.yaml and the variables say the same", () => {
    expect(config).toMatchObject({
      terminal: {
        backend: "ssh",
        ssh_host: "build.lan",
        ssh_user: "agent",
        ssh_port: 2222,
        ssh_key: KEY_FILE,
        cwd: "/srv/work",
        timeout: 600,
      },
    });
    expect(environment).toMatchObject({
      TERMINAL_ENV: "ssh",
      TERMINAL_SSH_HOST: "build.lan",
      TERMINAL_SSH_USER: "agent",
      TERMINAL_SSH_PORT: "2222",
      TERMINAL_SSH_KEY: KEY_FILE,
      TERMINAL_CWD: "/srv/work",
      TERMINAL_TIMEOUT: "600",
      HERMES_WRITE_SAFE_ROOT: "/opt/data:/srv/work:/home/agent",
    });
  });

  test("a line of the volume's `.env` decides none of it", () => {
    expect(pinned).toContain("TERMINAL_ENV='ssh'");
    expect(pinned).toContain("TERMINAL_TIMEOUT='600'");
  });

  test("only the given keys of the machine are trusted, and none is learnt", () => {
    expect(uploadOf(container, SSH_CONFIG)).toBe(
      [
        "Host build.lan",
        `  IdentityFile ${KEY_FILE}`,
        "  IdentitiesOnly yes",
        "  HostKeyAlias cdktf-hermes-terminal",
        "  HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256",
        `  GlobalKnownHostsFile ${KNOWN_HOSTS}`,
        "  UserKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "",
      ].join("\n"),
    );
    expect(uploadOf(container, KNOWN_HOSTS)).toBe(
      `cdktf-hermes-terminal ${HOST_KEY}\ncdktf-hermes-terminal ${RSA_KEY}\n`,
    );
  });

  test("the key is in root's own file alone, in base64, and the boot makes a file of it", () => {
    const uploads = (container.upload ?? []).filter((one) => JSON.stringify(one).includes("terminal_key"));
    expect(uploads).toEqual([
      {
        file: VALUES_PATH,
        content:
          '{\n  "CDKTF_HERMES_TERMINAL_KEY": ${jsonencode(try(base64encode(var.terminal_key), one([])))}\n}\n',
        permissions: "0600",
      },
    ]);
    expect(JSON.stringify(container.env)).not.toContain("terminal_key");
    expect(JSON.parse(assetOf(DECLARATION_PATH)).secretFiles).toEqual({
      [KEY_FILE]: { from: "CDKTF_HERMES_TERMINAL_KEY" },
    });
    const [condition] = (container.lifecycle?.precondition ?? []).filter(({ error_message }) =>
      error_message.includes("must be a private key"),
    );
    expect(condition?.error_message).toContain("terminal.key must be a private key without a passphrase");
  });

  test("on CapRover the key is a write-only variable, and the boot writes all files", () => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    agent(stack, {
      target: HermesTarget.caprover({ address: false }),
      terminal: Terminal.ssh({ ...machine(stack), directories: ["/home/agent"] }),
    });
    const app = Object(Object.values(Object(Object(synth(stack).resource)["caprover_app"]))[0]);
    expect(app["secret_environment_wo"]).toEqual({
      CDKTF_HERMES_TERMINAL_KEY: expect.stringMatching(
        /^\$\{try\(base64encode\(var\.terminal_key\), one\(\[\]\)\) == null \? null : .*jsonencode\(/,
      ),
    });
    const boot = bootInVariable(Object(app["environment"]));
    for (const path of [KEY_FILE, SSH_CONFIG, KNOWN_HOSTS]) expect(boot).toContain(path);
    expect(boot).toContain("rm -f -- CDKTF_HERMES_TERMINAL_KEY");
  });

  test("without a key the boot writes none", () => {
    expect(JSON.parse(written(() => ({})).assetOf(DECLARATION_PATH)).secretFiles).toEqual({});
  });

  test("a key of the host's secrets file is in no file that Hermes reads as variables", () => {
    const { container, assetOf } = written((stack) => ({
      target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }),
      terminal: Terminal.ssh({ ...machine(stack, { key: inSecretsFile }), directories: ["/home/agent"] }),
      secrets: { A_TOKEN: inSecretsFile },
    }));
    const targets = Object(container)["mounts"].map(({ target }: { target: string }) => target);
    expect(targets).toEqual(["/opt/data", "/usr/local/lib/cdktf-hermes/secrets.env"]);
    const script = assetOf(BOOT)
      .replaceAll("/usr/local/lib/cdktf-hermes", "own")
      .replaceAll("/etc/hermes", "managed");
    const copy = /^mkdir -p managed\n.*\nchmod 644 managed\/\.env$/m.exec(script)?.[0] ?? "";
    const folder = temporaryFolder();
    mkdirSync(join(folder, "own"));
    writeFileSync(
      join(folder, "own", "secrets.env"),
      "A_TOKEN=a\nCDKTF_HERMES_TERMINAL_KEY=b\n export CDKTF_HERMES_TERMINAL_KEY = 'c'\nCDKTF_HERMES_TERMINAL_KEYS=d\n",
      { mode: 0o600 },
    );
    expect(spawnSync("sh", ["-c", copy], { cwd: folder, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(readFileSync(join(folder, "managed", ".env"), "utf8")).toBe(
      "A_TOKEN=a\nCDKTF_HERMES_TERMINAL_KEYS=d\n",
    );
  });

  test("all profiles have the terminal: one key, and in each home its tokens and what is read there alone", () => {
    const { container, assetOf } = written((stack) => ({
      profiles: { work: {} },
      terminal: Terminal.modal({
        tokenId: secretOf(stack, "modal_id"),
        tokenSecret: secretOf(stack, "modal_secret"),
        envPassthrough: ["GITHUB_TOKEN"],
      }),
    }));
    const { profiles } = JSON.parse(assetOf(DECLARATION_PATH));
    for (const name of ["default", "work"]) {
      expect(profiles[name].env).toMatchObject({
        MODAL_TOKEN_ID: { from: "MODAL_TOKEN_ID" },
        MODAL_TOKEN_SECRET: { from: "MODAL_TOKEN_SECRET" },
      });
      expect(profiles[name].config).toContainEqual({
        path: ["terminal", "env_passthrough"],
        value: ["GITHUB_TOKEN"],
      });
    }
    expect(JSON.stringify(container.env)).not.toContain("modal_id");
    const said = container.lifecycle?.precondition?.map(({ error_message }) => error_message) ?? [];
    expect(said).toEqual([...new Set(said)]);

    const withKey = written((stack) => ({
      profiles: { work: {} },
      terminal: Terminal.ssh({ ...machine(stack), directories: ["/home/agent"] }),
    }));
    expect(JSON.parse(withKey.assetOf(DECLARATION_PATH)).secretFiles).toEqual({
      [KEY_FILE]: { from: "CDKTF_HERMES_TERMINAL_KEY" },
    });
    expect(uploadOf(withKey.container, VALUES_PATH)).toContain(
      "try(base64encode(var.terminal_key), one([]))",
    );
  });
});

describe("in a sandbox of Docker", () => {
  test("every prop becomes the setting that upstream documents", () => {
    const { config, environment, assetOf } = written((stack) => ({
      terminal: Terminal.docker({
        engine: remote(stack),
        image: "python:3.13",
        volumes: [
          { hostPath: "/srv/work", target: "/workspace" },
          { volume: "cache", target: "/cache", readOnly: true },
        ],
        env: { DEBUG: "1" },
        forwardEnv: ["GITHUB_TOKEN"],
        runAsHostUser: true,
        network: false,
        extraArgs: ["--shm-size=1g"],
        persistAcrossProcesses: false,
        orphanReaper: false,
        persistent: true,
        cpus: 1.5,
        memoryMiB: 2048,
        diskMiB: 10240,
        lifetimeSeconds: 900,
        credentialFiles: ["google_token.json"],
        envPassthrough: ["TZ"],
      }),
    }));
    const sandbox = {
      backend: "docker",
      docker_image: "python:3.13",
      docker_volumes: ["/srv/work:/workspace", "cache:/cache:ro"],
      docker_env: { DEBUG: "1" },
      docker_forward_env: ["GITHUB_TOKEN"],
      docker_run_as_host_user: true,
      docker_network: false,
      docker_extra_args: ["--shm-size=1g"],
      docker_persist_across_processes: false,
      docker_orphan_reaper: false,
      docker_mount_cwd_to_workspace: false,
      container_persistent: true,
      container_cpu: 1.5,
      container_memory: 2048,
      container_disk: 10240,
      lifetime_seconds: 900,
    };
    expect(config).toMatchObject({ terminal: sandbox });
    // Hermes reads these two in the volume's own config.yaml alone.
    const declaration: Declaration = JSON.parse(assetOf(DECLARATION_PATH));
    expect(declaration.profiles["default"]?.config).toEqual(
      expect.arrayContaining([
        { path: ["terminal", "credential_files"], value: ["google_token.json"] },
        { path: ["terminal", "env_passthrough"], value: ["TZ"] },
      ]),
    );
    expect(environment).toMatchObject({
      DOCKER_HOST: "ssh://agent@build.lan",
      TERMINAL_DOCKER_VOLUMES: '["/srv/work:/workspace","cache:/cache:ro"]',
      TERMINAL_DOCKER_ENV: '{"DEBUG":"1"}',
      TERMINAL_DOCKER_NETWORK: "false",
      HERMES_WRITE_SAFE_ROOT: "/opt/data:/workspace:/root",
    });
  });

  test("what is left out takes away what the volume says", () => {
    const { config, pinned } = written((stack) => ({ terminal: Terminal.docker({ engine: remote(stack) }) }));
    expect(config).toMatchObject({
      terminal: { docker_volumes: [], docker_extra_args: [], docker_forward_env: [], docker_network: true },
    });
    expect(pinned).toContain("DOCKER_TLS_VERIFY=''\n");
    expect(pinned).toContain("TERMINAL_DOCKER_EXTRA_ARGS='[]'\n");
  });

  test("an engine over TLS gets its three files, of which the key is no upload", () => {
    const { container, environment } = written((stack) => ({
      terminal: Terminal.docker({
        engine: { tls: { host: "build.lan", ca: PEM, certificate: PEM, key: secretOf(stack, "k") } },
      }),
    }));
    expect(environment).toMatchObject({
      DOCKER_HOST: "tcp://build.lan:2376",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: "/usr/local/lib/cdktf-hermes/terminal",
    });
    expect((container.upload ?? []).map(({ file }) => file).sort()).toEqual([
      "/etc/hermes/.env",
      "/etc/hermes/config.yaml",
      BOOT,
      DECLARATION_PATH,
      "/usr/local/lib/cdktf-hermes/terminal/ca.pem",
      "/usr/local/lib/cdktf-hermes/terminal/cert.pem",
      VALUES_PATH,
    ]);
  });

  test("the host's own engine finds the data under one path on both sides", () => {
    const { container, config } = written((stack) => ({
      data: new PersistentDataVolume(stack, "own", { hostPath: "/srv/hermes" }),
      terminal: Terminal.docker({ engine: { socket: "/run/docker.sock" } }),
      acknowledge: accepted,
    }));
    expect(container.mounts).toEqual([
      { type: "bind", source: "/srv/hermes", target: "/opt/data" },
      { type: "bind", source: "/run/docker.sock", target: "/var/run/docker.sock" },
      { type: "bind", source: "/srv/hermes", target: "/srv/hermes" },
    ]);
    expect(config).toMatchObject({ terminal: { sandbox_dir: "/srv/hermes/sandboxes" } });
  });

  test("data that is at /opt/data of the host needs no second mount, also behind a proxy", () => {
    const { container, config } = written((stack) => ({
      data: new PersistentDataVolume(stack, "own", { hostPath: "/opt/data" }),
      terminal: Terminal.docker({ engine: { proxy: "tcp://docker-proxy:2375" } }),
      acknowledge: accepted,
    }));
    expect(container.mounts).toEqual([{ type: "bind", source: "/opt/data", target: "/opt/data" }]);
    expect(config).not.toHaveProperty("terminal.sandbox_dir");
  });
});

test("a cloud's token is a secret, and its mode reaches the gateway by its variable", () => {
  const { config, environment, pinned } = written((stack) => ({
    terminal: Terminal.modal({
      mode: "direct",
      tokenId: secretOf(stack, "id"),
      tokenSecret: secretOf(stack, "secret"),
    }),
  }));
  expect(config).toMatchObject({ terminal: { backend: "modal", modal_mode: "direct" } });
  expect(environment).toMatchObject({ TERMINAL_MODAL_MODE: "direct" });
  expect(pinned).toContain("MODAL_TOKEN_SECRET='${");
});

describe("is refused:", () => {
  test.each<[string, readonly string[], (stack: TerraformStack) => AgentProps]>([
    [
      "the host's own socket",
      ["mount-docker-socket", "terminal-data-elsewhere"],
      () => ({ terminal: Terminal.docker({ engine: { socket: "/var/run/docker.sock" } }) }),
    ],
    [
      "a proxy of the host's engine",
      ["mount-docker-socket"],
      (stack) => ({
        data: new PersistentDataVolume(stack, "own", { hostPath: "/opt/data" }),
        terminal: Terminal.docker({ engine: { proxy: "tcp://docker-proxy:2375" } }),
      }),
    ],
    [
      "the host's own engine over SSH",
      ["mount-docker-socket"],
      (stack) => ({
        extraHosts: { "host.docker.internal": "host-gateway" },
        terminal: Terminal.docker({ engine: { ssh: machine(stack, { host: "host.docker.internal" }) } }),
      }),
    ],
    [
      "the host's own engine over TLS, by a name that the program gives it",
      ["mount-docker-socket"],
      (stack) => ({
        extraHosts: { "engine.lan": "host-gateway" },
        terminal: Terminal.docker({
          engine: { tls: { host: "engine.lan", ca: PEM, certificate: PEM, key: secretOf(stack, "k") } },
        }),
      }),
    ],
    [
      "the agent's own engine by the address that its provider has",
      ["docker-terminal-own-engine"],
      (stack) => ({
        target: HermesTarget.docker({
          provider: new DockerProvider(stack, "far", { alias: "far", host: "ssh://root@Build.LAN:22" }),
        }),
        terminal: Terminal.docker({ engine: remote(stack) }),
        acknowledge: { "docker-image-on-other-engine": "the test has one stack" },
      }),
    ],
    [
      "a literal key",
      ["secret-literal", "secret-malformed"],
      (stack) => ({ terminal: Terminal.ssh({ ...machine(stack, { key: "a literal" }) }) }),
    ],
    [
      "a key in the secrets file without one",
      ["docker-secrets-file-mixed"],
      (stack) => ({ terminal: Terminal.ssh(machine(stack, { key: inSecretsFile })) }),
    ],
    [
      "data whose path hides what the image has, when the engine is to find it",
      ["mount-over-install-tree"],
      (stack) => ({
        data: new PersistentDataVolume(stack, "own", { hostPath: "/opt/hermes" }),
        terminal: Terminal.docker({ engine: { socket: "/run/docker.sock" } }),
        acknowledge: accepted,
      }),
    ],
    [
      "a second mount of the socket",
      ["mount-duplicate-target"],
      (stack) => ({
        data: new PersistentDataVolume(stack, "own", { hostPath: "/opt/data" }),
        mounts: [{ hostPath: "/run/docker.sock", target: "/run/docker.sock" }],
        terminal: Terminal.docker({ engine: { socket: "/run/docker.sock" } }),
        acknowledge: accepted,
      }),
    ],
    [
      "its settings in `config` and `secrets` too",
      ["terminal-duplicate-setting", "terminal-duplicate-setting"],
      (stack) => ({
        terminal: Terminal.daytona({ apiKey: secretOf(stack, "k") }),
        config: { terminal: { backend: "daytona" } },
        secrets: { DAYTONA_API_KEY: secretOf(stack, "k") },
      }),
    ],
    [
      "an old release",
      ["terminal-unsupported"],
      () => ({ release: "v2026.6.5", terminal: Terminal.local() }),
    ],
    [
      "text that Docker Swarm would replace, on CapRover",
      ["caprover-template-in-environment"],
      (stack) => {
        new CapRoverProvider(stack, "caprover");
        return {
          target: HermesTarget.caprover({ address: false }),
          terminal: Terminal.docker({ engine: remote(stack), env: { NODE: "{{.Node.Hostname}}" } }),
        };
      },
    ],
  ])("%s", (_, rules, props) => {
    const stack = newStack();
    expect(rulesOf(refusalOf(() => agent(stack, props(stack))))).toEqual(rules);
  });

  test.each<[string, readonly string[]]>([
    ["all privileges", ["--privileged"]],
    ["another process namespace", ["--pid=host"]],
    ["the host's network in two items", ["--network", "host"]],
    ["a mount", ["-v/:/host"]],
    ["a mount in two items", ["-v", "/:/host"]],
    ["a mount among short flags", ["-itv", "/:/host"]],
    ["a capability", ["--cap-add=SYS_ADMIN"]],
    ["all capabilities", ["--cap-add", "ALL"]],
    ["a disk", ["--device=/dev/sda"]],
    ["no seccomp", ["--security-opt=seccomp=unconfined"]],
    ["other containers' volumes", ["--volumes-from=db"]],
  ])("an argument that opens the sandbox: %s", (_, extraArgs) => {
    const stack = newStack();
    const props = { terminal: Terminal.docker({ engine: remote(stack), extraArgs }) };
    expect(rulesOf(refusalOf(() => agent(stack, props)))).toEqual(["terminal-sandbox-open"]);
  });

  test.each([
    "/",
    "/var/run/docker.sock",
    "/var/lib/docker",
    "/etc",
    "/etc/cron.d/",
    "/var/run/../run",
  ])("a volume that opens the engine's host: %s", (hostPath) => {
    const stack = newStack();
    const volumes = [{ hostPath, target: "/host" }];
    const props = { terminal: Terminal.docker({ engine: remote(stack), volumes }) };
    expect(rulesOf(refusalOf(() => agent(stack, props)))).toEqual(["terminal-sandbox-open"]);
  });
});

describe("is accepted:", () => {
  test.each<[string, readonly string[]]>([
    ["GPUs", ["--gpus", "all"]],
    ["shared memory", ["--shm-size=1g"]],
    ["a network of its own", ["--network", "sandboxes"]],
    ["a GPU's device", ["--device=/dev/dri"]],
    ["a harmless capability", ["--cap-add=NET_BIND_SERVICE"]],
    ["a variable whose name has a v", ["-e", "DEV=1"]],
    ["another runtime", ["--runtime=runsc"]],
    ["a DNS server", ["--dns=192.168.1.1"]],
    ["more protection", ["--security-opt=no-new-privileges"]],
    ["no privileges", ["--privileged=false"]],
  ])("an argument of the sandbox: %s", (_, extraArgs) => {
    const stack = newStack();
    expect(agent(stack, { terminal: Terminal.docker({ engine: remote(stack), extraArgs }) })).toBeDefined();
  });

  test.each([
    "/srv/work",
    "/home/agent",
    "/data",
    "/var/lib/postgres",
    "/etcetera",
    "/opt/work",
  ])("a volume of the engine's host: %s", (hostPath) => {
    const stack = newStack();
    const volumes = [{ hostPath, target: "/workspace" }];
    expect(agent(stack, { terminal: Terminal.docker({ engine: remote(stack), volumes }) })).toBeDefined();
  });

  test.each<[string, (stack: TerraformStack) => AgentProps]>([
    ["nothing but the backend", () => ({ terminal: Terminal.local() })],
    ["Modal by its file or by Nous Portal", () => ({ terminal: Terminal.modal() })],
    ["an address of IPv6", (stack) => ({ terminal: Terminal.ssh(machine(stack, { host: "fd00::7" })) })],
    [
      "a host that only Terraform knows",
      (stack) => ({ terminal: Terminal.ssh(machine(stack, { host: "${var.h}" })) }),
    ],
    [
      "a setting that no prop has",
      () => ({ terminal: Terminal.local(), config: { terminal: { temp_dir: "/opt/data/tmp" } } }),
    ],
    [
      "a key of the secrets file",
      (stack) => ({
        target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }),
        terminal: Terminal.ssh(machine(stack, { key: inSecretsFile })),
      }),
    ],
    [
      "another machine than the provider's",
      (stack) => ({
        target: HermesTarget.docker({
          provider: new DockerProvider(stack, "far", { alias: "far", host: "ssh://root@agents.lan" }),
        }),
        terminal: Terminal.docker({ engine: remote(stack) }),
        acknowledge: { "docker-image-on-other-engine": "the test has one stack" },
      }),
    ],
    [
      "on CapRover",
      (stack) => {
        new CapRoverProvider(stack, "caprover");
        return {
          target: HermesTarget.caprover({ address: false }),
          terminal: Terminal.docker({ engine: remote(stack) }),
        };
      },
    ],
  ])("%s", (_, props) => {
    const stack = newStack();
    expect(agent(stack, props(stack))).toBeDefined();
  });
});

test("a shape that no backend has is refused with what is known", () => {
  const stack = newStack();
  const wrong: unknown[] = [
    "docker",
    { backend: "dokcer" },
    { backend: "ssh", host: "build.lan", user: "agent", key: secretOf(stack), hostKeys: [] },
    { backend: "ssh", host: "build.lan", user: "agent", key: secretOf(stack), hostKeys: ["AAAA"] },
    { backend: "docker", engine: {} },
    { backend: "docker", engine: { socket: "/run/docker.sock", proxy: "tcp://p:1" } },
    { backend: "modal", tokenId: secretOf(stack) },
    { backend: "local", hots: "build.lan" },
  ];
  for (const [i, terminal] of wrong.entries()) {
    const refused = refusalOf(() => agent(stack, JSON.parse(JSON.stringify({ terminal })), `a${i}`));
    expect(refused.problems[0]?.prop).toMatch(/^terminal/);
    expect(refused.message).not.toContain("TfToken");
  }
});

test("a sandbox on another engine warns once, and over SSH there is no warning", () => {
  const rules = (props: (stack: TerraformStack) => AgentProps) => {
    const stack = newStack();
    return warningsOf(agent(stack, props(stack))).flatMap(
      (text) => /\[rule (terminal-[a-z-]+)/.exec(text)?.[1] ?? [],
    );
  };
  expect(rules((stack) => ({ terminal: Terminal.docker({ engine: remote(stack) }) }))).toEqual([
    "terminal-skills-missing",
  ]);
  expect(
    rules((stack) => ({ terminal: Terminal.ssh(machine(stack, { directories: ["/home/agent"] })) })),
  ).toEqual([]);
});
