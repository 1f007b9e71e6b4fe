/** Types docs/adopting.md as it is written, on containers that were made by hand and by Compose. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hermesMatchers } from "cdktf-hermes/testing";
import { eventually } from "../eventually";
import { Agent } from "./agent";
import { Engine } from "./engine";
import { REPOSITORY, standIn } from "./images";
import { installPackage } from "./installed-package";
import { freePort } from "./ports";
import { providerEnvironment } from "./provider";
import { must } from "./run";
import { Project } from "./terraform";

const RELEASE = "v2026.7.30";
const page = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");

const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );

const PAGE = page("adopting.md");
const [TOLD = "", ON_VOLUME = "", VALUES = "", LINE = "", CHANGE = "", KEEP = "", BACK = ""] = blocks(
  PAGE,
  "sh",
);
const PROGRAM = blocks(PAGE, "ts").find((code) => code.startsWith("new HermesApp(")) ?? "";

const KEY = "an-api-key-of-the-tests";
const MODEL_KEY = "a-model-key-of-the-tests";

/** What the page's example was told, as arguments of \`docker run\`. */
const told = (port: number) => [
  ...["--env", `API_SERVER_KEY=${KEY}`, "--env", "API_SERVER_HOST=0.0.0.0"],
  ...["--env", `OPENROUTER_API_KEY=${MODEL_KEY}`, "--env", "TZ=Europe/Berlin"],
  ...["--volume", "compose_hermes-data:/opt/data", "--publish", `127.0.0.1:${port}:8642`],
  ...["--network", "compose_default", "--network-alias", "agent", "--add-host", "models.lan:192.168.1.20"],
  ...["--memory", "2g", "--memory-swap", "2g", "--cpus", "1.5", "--shm-size", "512m"],
  ...["--restart", "unless-stopped"],
];
/** Compose makes the same container, with these labels. */
const COMPOSE = [
  ...["--label", "com.docker.compose.project=compose", "--label", "com.docker.compose.service=agent"],
  ...["--label", "com.docker.compose.project.config_files=/srv/compose/docker-compose.yml"],
];

/** What both containers must have in common. The old one has its CPUs in another form. */
const CARRIED = [
  "{{json .HostConfig.PortBindings}} {{.HostConfig.Memory}} {{.HostConfig.ShmSize}}",
  "{{json .HostConfig.ExtraHosts}} {{.HostConfig.RestartPolicy.Name}}",
  '{{range .Mounts}}{{if eq .Destination "/opt/data"}}{{.Name}}{{end}}{{end}}',
  '{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{range $n.Aliases}}{{if eq . "agent"}} agent{{end}}{{end}}{{end}}',
].join(" ");

expect.extend(hermesMatchers);

const engine = new Engine();
const agent = Agent.named(engine, "hermes");
const before = Agent.named(engine, "hermes-before");

/** The API server answers at the port of the host. */
async function answers(port: number): Promise<void> {
  let log = "";
  await eventually(
    "the API server answers",
    120,
    async () => {
      log = await agent.logs();
      const response = await fetch(`http://127.0.0.1:${port}/health`, {
        signal: AbortSignal.timeout(2000),
      }).catch(() => undefined);
      return response?.ok ? true : undefined;
    },
    () => `its log: ${log}`,
  );
}

test("the page has the blocks that are tested, in this order", () => {
  expect(PROGRAM).toContain("{ port: 18642 }");
  expect(TOLD).toContain("names-of-the-image");
  expect(ON_VOLUME).toContain("_config_version");
  expect(VALUES).toMatch(/^(export TF_VAR_.*\n)+$/);
  expect(LINE).toContain("sed -Ei");
  expect(CHANGE).toContain("npx cdktf deploy");
  expect(KEEP).toContain("docker rm hermes-before");
  expect(BACK).toContain("docker start hermes");
});

describe.each<[string, readonly string[]]>([
  ["docker run", []],
  ["Compose", COMPOSE],
])("a container that was made by %s", (_, labels) => {
  let project: Project;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    project = adoptingProject(port);
    await engine.docker("network", "create", "compose_default");
    await engine.docker(
      "run",
      "--detach",
      "--name",
      "hermes",
      ...told(port),
      ...labels,
      standIn(RELEASE),
      "gateway",
      "run",
    );
    await answers(port);
    await agent.exec("sh", "-c", "echo mine > /opt/data/workspace/file");
  }, 300_000);

  afterAll(async () => {
    project.remove();
    await engine.reset();
  });

  test("the first step shows what the container was told, and none of its secrets", async () => {
    await agent.exec("sh", "-c", "printf 'export SLACK_BOT_TOKEN=xoxb-1\\n# A comment\\n' >> /opt/data/.env");
    const shown = await project.script(`${TOLD}${ON_VOLUME}`);
    for (const text of [
      standIn(RELEASE),
      "volume compose_hermes-data",
      ...["API_SERVER_KEY", "API_SERVER_HOST", "OPENROUTER_API_KEY", "TZ", "SLACK_BOT_TOKEN"],
      `"HostPort":"${port}"`,
      "compose_default",
      "memory 2147483648, CPUs 1500000000, shm 536870912",
      "models.lan:192.168.1.20",
      "restart unless-stopped",
      "10000:10000",
    ])
      expect(shown).toContain(text);
    for (const text of [KEY, MODEL_KEY, "xoxb-1", "Europe/Berlin", "PATH", "A comment"])
      expect(shown).not.toContain(text);
    expect(/^Compose \/srv\/compose\/docker-compose.yml$/m.test(shown)).toBe(labels.length > 0);
    await project.script(LINE.replace("API_SERVER_", "SLACK_"));
    expect((await agent.exec("cat", "/opt/data/.env")).stdout).not.toContain("xoxb");
  });

  test("the new container has everything that the old one was told, and the data", async () => {
    const carried = await agent.inspect(CARRIED);
    const id = await agent.inspect("{{.Id}}");

    await project.script(`${VALUES}${CHANGE}`);

    expect(await agent.inspect("{{.Id}} {{.State.Health.Status}}")).not.toContain(id);
    expect(await agent.inspect("{{.State.Health.Status}}")).toBe("healthy");
    expect(await agent.inspect(CARRIED)).toBe(carried);
    expect(await agent.inspect("{{.HostConfig.CpuQuota}}/{{.HostConfig.CpuPeriod}}")).toBe("150000/100000");
    const env = await agent.exec("sh", "-c", "printenv TZ; cat /etc/hermes/.env /opt/data/workspace/file");
    for (const text of ["Europe/Berlin", KEY, MODEL_KEY, "mine"]) expect(env.stdout).toContain(text);
    expect(await before.inspect("{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}")).toBe("false no");
    const backup = ["sh", ["-c", "gunzip -c hermes-data.tar.gz | tar -t"]] as const;
    expect(await must(...backup, { cwd: project.folder })).toContain("./workspace/file");
  });

  test("the way back starts the old container again, with its restart policy", async () => {
    await project.script(BACK);
    expect(await agent.inspect("{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}")).toBe(
      "true unless-stopped",
    );
    await answers(port);
    expect(await agent.inspect("{{range .Config.Env}}{{println .}}{{end}}")).toContain(KEY);
    expect((await engine.tryDocker(["inspect", "hermes-before"])).code).not.toBe(0);
  });

  test("after a second change that works, the old container is removed and the data stays", async () => {
    await project.script(`${VALUES}${CHANGE}`);
    await project.script(KEEP);
    expect((await engine.tryDocker(["inspect", "hermes-before"])).code).not.toBe(0);
    expect((await agent.exec("cat", "/opt/data/workspace/file")).stdout).toBe("mine\n");
  });

  test("the plan recipe of docs/testing.md shows that the next deploy would change nothing", async () => {
    const recipe = blocks(page("testing.md").replace(/^[\s\S]*^## Plans$/m, ""), "sh")[0] ?? "";
    expect(recipe).toContain("terraform plan -out");
    const values = `export TF_VAR_api_server_key=${KEY} TF_VAR_openrouter_api_key=${MODEL_KEY}\n`;
    await project.script(`${values}${recipe}`);
    const plan = JSON.parse(readFileSync(join(project.folder, "plan.json"), "utf8"));
    expect(plan).toDestroyNothing();
    expect(plan).toReplaceNothing();
    expect(plan.resource_changes).toMatchObject([
      { type: "docker_container", change: { actions: ["no-op"] } },
    ]);
  });
});

/** The README's program, with the agent of the page at another port. */
function adoptingProject(port: number): Project {
  const project = new Project({
    app: "npx tsx main.ts",
    env: { ...engine.environment, ...providerEnvironment() },
  });
  installPackage(project.folder);
  writeFileSync(
    join(project.folder, "main.ts"),
    `import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();
const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "${RELEASE}" });
const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;
${PROGRAM.replace("{ port: 18642 }", `{ port: ${port} }`)}
app.synth();
`,
  );
  return project;
}

test("a backup of the first generation is restored with its owners, by the commands of docs/upgrading.md", async () => {
  const old = "v2026.4.23";
  const upgrading = page("upgrading.md").replaceAll(`${REPOSITORY}:${RELEASE}`, standIn(old));
  const commands = blocks(upgrading, "sh").join("").split("\n");
  const backup = commands.find((line) => line.includes("> hermes-data.tar.gz")) ?? "";
  const restore = commands.filter((line) => /hermes-data-2/.test(line)).join("\n");
  const inVolume = (volume: string, script: string) =>
    engine.docker(
      "run",
      "--rm",
      "--user",
      "root",
      "--entrypoint",
      "sh",
      "-v",
      `${volume}:/data`,
      standIn(old),
      "-c",
      script,
    );
  const project = adoptingProject(await freePort());
  try {
    await inVolume(
      "hermes-data",
      "cd /data; echo a > auth.json; chown 10000:10000 .; chmod 600 auth.json; mkdir s; chown 10000 s",
    );
    await project.script(`${backup}\n${restore}`);
    const owners = "cd /data; stat -c '%u:%g %a %n' . auth.json s";
    expect(await inVolume("hermes-data-2", owners)).toBe(await inVolume("hermes-data", owners));
  } finally {
    project.remove();
    await engine.reset();
  }
});
