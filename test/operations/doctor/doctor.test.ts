/** Each check of `doctor`, both ways. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKS, type CheckId, examine } from "../../../lib/operations/doctor/examine";
import { ON_CAPROVER } from "../manifests";
import { DoctorScene, forgetFolders, type Given } from "./scene";

afterEach(forgetFolders);

const LOCK = "cdktf.out/stacks/agent/.terraform.lock.hcl";
const PLUGINS = "cdktf.out/stacks/agent/terraform.d/plugins/terraform.local/cdktf-hermes/caprover";
const DOCKER = { docker: [{}] };
const IMAGE = { docker_image: { image: { name: "nginx:1" } } };
const NEEDS_KEY = { variables: { key: { sensitive: true } } };
const requires = (version: string) => ({
  required_providers: { docker: { source: "kreuzwerker/docker", version } },
});
/** The base of a first stage, a stage, a file of another image, and what only the build knows. */
const DOCKERFILE = {
  "cdktf.out/stacks/agent/assets/context/Dockerfile":
    "FROM base:1 AS tools\nFROM --platform=linux/amd64 scratch\nCOPY --from=tools /a /a\nCOPY --from=other:2 /b /b\nFROM ${BASE}\n",
};
const BUILT = { docker_image: { image: { name: "hermes:1", build: [{ context: "assets/context" }] } } };
const BUILT_ON_CAPROVER = {
  caprover_app: {
    hermes: {
      captain_definition: JSON.stringify({ schemaVersion: 2, dockerfileLines: ["FROM base:1", "RUN x"] }),
    },
  },
};
const CI_IMAGE = "ghcr.io/acme/hermes:0123456789abcdef";
const DELIVERED = { caprover_app: { hermes: { image: CI_IMAGE } } };
const delivered = (delivery: "terraform" | "token") => ({
  ...ON_CAPROVER,
  secrets: [],
  image: CI_IMAGE,
  delivery,
});
const MISSING = 'echo "manifest unknown" >&2; exit 1';
const docker = (script: string) => ({ programs: { docker: script } });

interface Case {
  readonly given: Given;
  /** What is done to the workspace before the look. */
  readonly arrange?: (scene: DoctorScene) => void;
}
type BadCase = Case & { readonly bad: string; readonly seen?: RegExp };

/** Of each check: workspaces of which it finds nothing bad, and one for each way to be bad. */
const CASES: Readonly<Record<CheckId, { readonly good: readonly Case[]; readonly bad: readonly BadCase[] }>> =
  {
    node: {
      good: [{ given: {} }, { given: { programs: { node: "echo v20.9.0" } } }],
      bad: [
        { given: { programs: { node: undefined } }, bad: "missing" },
        { given: { programs: { node: "echo v18.20.4" } }, bad: "old", seen: /18\.20\.4/ },
        { given: { programs: { node: "echo 'command failed'" } }, bad: "old" },
      ],
    },
    terraform: {
      good: [
        { given: { terraform: { required_version: ">= 1.11" } } },
        { given: { terraform: { required_version: "~> 1.5, != 1.11.0" } } },
        { given: { terraform: {} } },
        {
          given: {
            programs: { terraform: undefined, tofu: `echo '{"terraform_version": "1.11.0"}'` },
            environment: { TERRAFORM_BINARY_NAME: "tofu" },
            terraform: { required_version: ">= 1.11" },
          },
        },
        {
          given: {
            programs: {
              terraform: `echo; echo 'Warning: {no} CLI configuration'; echo '{"terraform_version": "1.12.6"}'`,
            },
          },
        },
      ],
      bad: [
        { given: { programs: { terraform: undefined } }, bad: "missing" },
        { given: { environment: { TERRAFORM_BINARY_NAME: "tofu" } }, bad: "missing", seen: /tofu/ },
        {
          given: { terraform: { required_version: ">= 1.12" } },
          bad: "refused",
          seen: /1\.11\.4; agent requires >= 1\.12/,
        },
      ],
    },
    capRoverProvider: {
      good: [{ given: { caprover: true } }],
      bad: [
        {
          given: { caprover: true },
          arrange: ({ project }) => rmSync(join(project, PLUGINS), { recursive: true }),
          bad: "missing",
        },
        { given: { caprover: true, platform: "linux_arm64" }, bad: "missing", seen: /linux_arm64/ },
        {
          given: { caprover: true },
          arrange: (scene) => {
            rmSync(join(scene.project, PLUGINS), { recursive: true });
            scene.write(`${PLUGINS}/terraform-provider-caprover_0.0.1_linux_amd64.zip`, "");
          },
          bad: "other",
          seen: /0\.0\.1/,
        },
        { given: { caprover: true, platform: "win32_amd64" }, bad: "windows" },
      ],
    },
    lockFile: {
      good: [
        { given: { caprover: true } },
        { given: { caprover: true }, arrange: ({ project }) => rmSync(join(project, LOCK)) },
      ],
      bad: [
        {
          given: { caprover: true },
          arrange: (scene) =>
            scene.write(
              LOCK,
              `provider "terraform.local/cdktf-hermes/caprover" {\n  version = "${version()}"\n  hashes = [\n    "h1:b3RoZXI=",\n  ]\n}\n`,
            ),
          bad: "other",
        },
      ],
    },
    cliConfiguration: {
      good: [{ given: { caprover: true }, arrange: settings('plugin_cache_dir = "/x"\n') }],
      bad: [
        {
          given: { caprover: true },
          arrange: settings("provider_installation {\n  direct {}\n}\n"),
          bad: "hidden",
        },
      ],
    },
    pluginCache: {
      good: [
        { given: {} },
        // Terraform makes it.
        { given: { environment: { TF_PLUGIN_CACHE_DIR: "/nowhere/at/all" } } },
        { given: { caprover: true }, arrange: (scene) => cached(scene, version(), "..") },
        { given: { caprover: true }, arrange: (scene) => cached(scene, "0.0.1", "gone") },
      ],
      bad: [
        {
          given: { files: { file: "" } },
          arrange: ({ project, workspace }) => {
            workspace.environment["TF_PLUGIN_CACHE_DIR"] = join(project, "file");
          },
          bad: "noFolder",
        },
        {
          given: { caprover: true },
          arrange: (scene) => cached(scene, version(), "gone"),
          bad: "dangling",
          seen: /linux_amd64/,
        },
        {
          given: { caprover: true },
          arrange: (scene) => {
            const { environment, home } = scene.workspace;
            cached(scene, version(), "gone", join(home, ".terraform.d", "plugin-cache"));
            delete environment["TF_PLUGIN_CACHE_DIR"];
          },
          bad: "dangling",
        },
      ],
    },
    dockerProvider: {
      good: [
        { given: { terraform: requires(">= 4.1, < 5") } },
        { given: { terraform: requires("4.5.0") } },
        { given: { terraform: requires("~> 4.2") } },
      ],
      bad: [
        { given: { terraform: requires("3.6.2") }, bad: "old", seen: /3\.6\.2/ },
        { given: { terraform: requires(">= 3.0, < 5") }, bad: "old" },
      ],
    },
    variables: {
      good: [
        { given: { ...NEEDS_KEY, environment: { TF_VAR_key: "given" } } },
        { given: { ...NEEDS_KEY, files: { "terraform.tfvars": 'key = "given"\n' } } },
        { given: { ...NEEDS_KEY, files: { "secrets.auto.tfvars": 'other = {\n  a = 1\n}\nkey="given"' } } },
        { given: { ...NEEDS_KEY, files: { "terraform.tfvars.json": '{"key": "given"}' } } },
        { given: { ...NEEDS_KEY, files: { "cdktf.out/stacks/agent/x.auto.tfvars.json": '{"key": null}' } } },
        { given: { variables: { key: { default: null } }, environment: { TF_VAR_other: "x" } } },
      ],
      bad: [
        { given: NEEDS_KEY, bad: "missing", seen: /for agent/ },
        {
          given: { ...NEEDS_KEY, files: { "terraform.tfvars": "# key = 1\nmap = {\n  key = 1\n}\n" } },
          bad: "missing",
        },
        { given: { ...NEEDS_KEY, files: { "other.tfvars": 'key = "x"' } }, bad: "missing" },
        {
          given: { ...NEEDS_KEY, files: { "terraform.tfvars": "text = <<EOT\nkey = 1\nEOT\n" } },
          bad: "missing",
        },
      ],
    },
    capRoverLogin: {
      good: [
        { given: { caprover: true } },
        {
          given: {
            caprover: true,
            providers: { caprover: [{ url: "https://x", password: "${var.p}" }] },
            environment: { CAPROVER_URL: "", CAPROVER_PASSWORD: "" },
          },
        },
      ],
      bad: [
        { given: { caprover: true, environment: { CAPROVER_URL: "" } }, bad: "missing" },
        { given: { caprover: true, environment: { CAPROVER_PASSWORD: "" } }, bad: "missing" },
      ],
    },
    engines: {
      good: [
        { given: { providers: DOCKER } },
        { given: { providers: { docker: [{ context: "far" }, { host: "ssh://one", alias: "one" }] } } },
      ],
      bad: [
        {
          given: { providers: DOCKER, ...docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1") },
          bad: "silent",
        },
        {
          given: {
            providers: { docker: [{ context: "far" }] },
            ...docker(
              `echo 'Failed to initialize: unable to resolve docker endpoint: context "far": context not found' >&2; exit 1`,
            ),
          },
          bad: "noContext",
        },
      ],
    },
    images: {
      good: [
        { given: { providers: DOCKER, resources: IMAGE } },
        {
          given: {
            providers: DOCKER,
            resources: IMAGE,
            ...docker('case "$*" in *"image inspect"*) exit 1;; *) echo "{}";; esac'),
          },
        },
        { given: { resources: { caprover_app: { hermes: { image: "nginx:1" } } } } },
        { given: { providers: DOCKER, resources: BUILT, files: DOCKERFILE } },
        { given: { resources: BUILT_ON_CAPROVER } },
        { given: { resources: DELIVERED, agents: [delivered("terraform")] } },
        { given: { resources: DELIVERED, agents: [delivered("token")] } },
        {
          given: {
            providers: { docker: [{}, { alias: "far", host: "tcp://far" }] },
            resources: { docker_image: { image: { name: "nginx:1", provider: "docker.far" } } },
            ...docker('case "$*" in *"tcp://far image inspect"*) echo sha256:1;; *) exit 1;; esac'),
          },
        },
        {
          given: {
            resources: { caprover_app: { hermes: { image: "127.0.0.1:5000/hermes:1" } } },
            ...docker('case "$*" in *--insecure*) echo "{}";; *) exit 1;; esac'),
          },
        },
      ],
      bad: [
        {
          given: {
            providers: DOCKER,
            resources: BUILT,
            files: DOCKERFILE,
            ...docker(
              'case "$*" in *version*) echo 27;; *base:1) exit 0;; *) echo "no such manifest" >&2; exit 1;; esac',
            ),
          },
          bad: "unknown",
        },
        {
          given: { resources: BUILT_ON_CAPROVER, ...docker(MISSING) },
          bad: "unknown",
        },
        {
          given: { resources: DELIVERED, agents: [delivered("terraform")], ...docker(MISSING) },
          bad: "notBuilt",
          seen: /manifest unknown/,
        },
        {
          given: {
            providers: DOCKER,
            resources: IMAGE,
            ...docker('case "$*" in *version*) echo 27;; *) echo "manifest unknown" >&2; exit 1;; esac'),
          },
          bad: "unknown",
          seen: /manifest unknown/,
        },
        {
          given: {
            resources: { caprover_app: { hermes: { image: "nginx:none" } } },
            ...docker('echo "no such manifest: docker.io/library/nginx:none" >&2; exit 1'),
          },
          bad: "unknown",
        },
      ],
    },
  };

const GOOD = Object.entries(CASES).flatMap(([id, { good }]) =>
  good.map((one, i) => [id, i + 1, one] as const),
);
const BAD = Object.entries(CASES).flatMap(([id, { bad }]) => bad.map((one) => [id, one.bad, one] as const));

test.each(GOOD)("the check %s holds for good workspace %d", async (id, _, { given, arrange }) => {
  const scene = new DoctorScene(given);
  arrange?.(scene);
  const found = (await examine(scene.workspace)).filter(({ check }) => check === id);
  expect(found.filter(({ result }) => result !== "holds")).toEqual([]);
  // Nothing to look at is good too, where the program says all.
  if (id !== "variables" && id !== "capRoverLogin") expect(found.length).toBeGreaterThan(0);
});

test.each(BAD)("the check %s finds %s, with its cause and a fix", async (id, bad, {
  given,
  arrange,
  seen = /\S/,
}) => {
  const scene = new DoctorScene(given);
  arrange?.(scene);
  const [found, ...others] = (await examine(scene.workspace)).filter(
    ({ check, result }) => check === id && result !== "holds",
  );
  expect(others).toEqual([]);
  const row: { readonly bad: Readonly<Record<string, { readonly cause: string }>> } | undefined =
    Object.entries(CHECKS).find(([name]) => name === id)?.[1];
  expect(found).toMatchObject({
    result: "fails",
    seen: expect.stringMatching(seen),
    cause: row?.bad[bad]?.cause,
    fix: expect.stringMatching(/\S/),
  });
});

test("each way in which a check can fail has a case", () => {
  for (const [id, { bad }] of Object.entries(CHECKS))
    expect({
      id,
      ways: [...new Set(BAD.filter(([name]) => name === id).map(([, way]) => way))].sort(),
    }).toEqual({
      id,
      ways: Object.keys(bad).sort(),
    });
});

describe("how to make a variable's value", () => {
  const MADE = {
    HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH: 'export TF_VAR_x="$(npx cdktf-hermes hash-password)"',
    HERMES_DASHBOARD_BASIC_AUTH_SECRET: 'export TF_VAR_x="$(npx cdktf-hermes session-secret)"',
    API_SERVER_KEY: 'export TF_VAR_x="$(openssl rand -hex 32)"',
    SLACK_BOT_TOKEN: "read -rs TF_VAR_x && export TF_VAR_x",
  };
  test.each(
    Object.entries(MADE),
  )("the variable that carries %s is made by a command", async (variable, fix) => {
    const agents = [{ ...ON_CAPROVER, secrets: [{ variable, from: "TF_VAR_x" }] }];
    const scene = new DoctorScene({ variables: { x: { sensitive: true } }, agents });
    expect(await scene.found("variables")).toMatchObject([{ of: "TF_VAR_x", fix }]);
  });

  test("a variable that is no secret is exported as it is", async () => {
    const scene = new DoctorScene({ variables: { region: { description: "where it runs" } } });
    expect(await scene.found("variables")).toMatchObject([
      { seen: "no value (where it runs), for agent", fix: "export TF_VAR_region=…" },
    ]);
  });
});

describe("what can't be looked at", () => {
  test.each<[string, CheckId, Given, RegExp]>([
    [
      "a variable of a workspace elsewhere",
      "variables",
      { ...NEEDS_KEY, terraform: { cloud: {} } },
      /workspace/,
    ],
    [
      "an engine without docker here",
      "engines",
      { providers: DOCKER, programs: { docker: undefined } },
      /not installed/,
    ],
    [
      "an engine whose address only Terraform knows",
      "engines",
      { providers: { docker: [{ host: "${var.h}" }] } },
      /only Terraform/,
    ],
    [
      "an engine with options that docker lacks",
      "engines",
      { providers: { docker: [{ host: "ssh://x", ssh_opts: ["-p", "1"] }] } },
      /ssh_opts/,
    ],
    [
      "an image of a registry that shows nothing",
      "images",
      {
        resources: { caprover_app: { a: { image: "ghcr.io/acme/x:1" } } },
        ...docker('echo "unauthorized: denied" >&2; exit 1'),
      },
      /denied/,
    ],
  ])("%s is said, with the reason", async (_, check, given, why) => {
    expect(await new DoctorScene(given).found(check)).toMatchObject([
      { result: "not-looked-at", seen: expect.stringMatching(why) },
    ]);
  });

  const DENIED = docker('echo "unauthorized: authentication required" >&2; exit 1');
  const login = (host: string) => ({ "home/.docker/config.json": JSON.stringify({ auths: { [host]: {} } }) });

  test.each<[string, Given, RegExp]>([
    ["no login is there", {}, /without a login: it is private, or missing; `docker login ghcr\.io`/],
    ["another registry's login is there", { files: login("quay.io") }, /without a login/],
    ["a login is there", { files: login("ghcr.io") }, /to the login that docker has here/],
    ["a login with a whole address is there", { files: login("https://ghcr.io/v1/") }, /to the login/],
    [
      "a program keeps the logins",
      { files: { "home/.docker/config.json": '{"credsStore": "desktop"}' } },
      /to the login/,
    ],
    ["docker's configuration is broken", { files: { "home/.docker/config.json": "{" } }, /without a login/],
  ])("an image that a registry does not show may be private or missing: %s", async (_, given, why) => {
    const scene = new DoctorScene({ ...given, resources: DELIVERED, ...DENIED });
    expect(await scene.found("images")).toMatchObject([
      { of: CI_IMAGE, result: "not-looked-at", missed: true, seen: expect.stringMatching(why) },
    ]);
  });

  test("a login is looked for where DOCKER_CONFIG says", async () => {
    const files = { "else/config.json": '{"credHelpers": {"ghcr.io": "x"}}' };
    const scene = new DoctorScene({ files, resources: DELIVERED, ...DENIED });
    scene.workspace.environment["DOCKER_CONFIG"] = join(scene.project, "else");
    expect(await scene.found("images")).toMatchObject([{ seen: expect.stringMatching(/to the login/) }]);
  });

  test("a login for Docker Hub is known by the address that docker keeps it under", async () => {
    const scene = new DoctorScene({
      files: login("https://index.docker.io/v1/"),
      resources: { caprover_app: { a: { image: "acme/hermes:1" } } },
      ...DENIED,
    });
    expect(await scene.found("images")).toMatchObject([
      { seen: expect.stringMatching(/docker\.io .*to the login/) },
    ]);
  });

  test("an image that its CI deploys by token may be missing until then", async () => {
    const scene = new DoctorScene({
      resources: DELIVERED,
      agents: [delivered("token")],
      ...docker(MISSING),
    });
    const [found, ...others] = await scene.found("images");
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      result: "not-looked-at",
      seen: expect.stringMatching(/a new app needs it/),
    });
    expect(found).not.toHaveProperty("missed");
  });

  test("a registry that does not answer says nothing about its image", async () => {
    const scene = new DoctorScene({
      resources: DELIVERED,
      ...docker('echo "dial tcp: lookup ghcr.io: no such host" >&2; exit 1'),
    });
    expect(await scene.found("images")).toMatchObject([
      { result: "not-looked-at", missed: true, seen: expect.stringMatching(/ghcr\.io gave no answer/) },
    ]);
  });

  test("built images and images of which only Terraform knows the name are left out", async () => {
    const resources = {
      docker_image: {
        built: { name: "wrapper:1", build: [{ context: "." }] },
        far: { name: "wrapper:2", build: [{ context: "https://github.com/acme/agent.git" }] },
        known: { name: "${var.image}" },
      },
    };
    expect(await new DoctorScene({ providers: DOCKER, resources }).found("images")).toEqual([]);
  });

  test("a program that prints without end is not said to give no answer", async () => {
    const scene = new DoctorScene({
      programs: { terraform: "x=y; while [ ${#x} -lt 65536 ]; do x=$x$x; done; while :; do echo $x; done" },
    });
    expect(await scene.found("terraform")).toMatchObject([
      { result: "not-looked-at", missed: true, seen: "`terraform` printed more than is read here" },
    ]);
  });

  test("a program that something else ends is no program that is too old", async () => {
    const scene = new DoctorScene({ programs: { node: "kill -KILL $$" } });
    expect(await scene.found("node")).toMatchObject([
      { result: "not-looked-at", missed: true, seen: "`node` was ended from outside (SIGKILL)" },
    ]);
  });

  test("a program that hangs is cut off by the limit of its check", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
    const scene = new DoctorScene({ programs: { terraform: "exec sleep 300" } });
    const found = scene.found("terraform");
    await jest.advanceTimersByTimeAsync(25_000);
    jest.useRealTimers();
    expect(await found).toMatchObject([{ result: "not-looked-at", missed: true }]);
  });
});

test("no value of a variable is in what doctor finds", async () => {
  const scene = new DoctorScene({
    variables: { key: {}, other: {} },
    environment: { TF_VAR_key: "value-of-the-key" },
    files: { "terraform.tfvars": 'other = "value-in-the-file"\n' },
  });
  expect(JSON.stringify(await examine(scene.workspace))).not.toMatch(/value-of-the-key|value-in-the-file/);
});

function version(): string {
  return require("../../../package.json").version;
}

/** The settings of Terraform on this machine. */
function settings(text: string) {
  return ({ project }: DoctorScene) => {
    const file = join(project, "terraformrc");
    writeFileSync(file, text);
    process.env["TF_CLI_CONFIG_FILE"] = file;
  };
}
afterEach(() => {
  delete process.env["TF_CLI_CONFIG_FILE"];
});

/** A provider in the plugin cache, as a link. */
function cached(
  { project, workspace }: DoctorScene,
  of: string,
  target: string,
  cache = join(project, "cache"),
): void {
  const folder = join(cache, "terraform.local", "cdktf-hermes", "caprover", of);
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(project, target), join(folder, "linux_amd64"));
  workspace.environment["TF_PLUGIN_CACHE_DIR"] = cache;
}
