/** What `lifecycle.ignore_changes` leaves to the dashboard or a CI stays as it is there. */
import { objectsAt } from "../../../lib/provider/captain/json";
import { toJsonObject } from "../../../lib/testing/caprover-sandbox/engine/json";
import { AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const ignoring = (attributes: string) => `lifecycle {
    ignore_changes = [${attributes}]
  }`;

describeInSandbox("ignore_changes on an app", () => {
  const scene = scenes();
  const envVars = async () => (await scene.current.user.app("agent"))?.["envVars"];

  it("a variable that was added in the dashboard keeps its value when another attribute is applied", async () => {
    const { workspace, user } = scene.current;
    const block = (description: string) =>
      agentBlock(`description = "${description}"
  environment = { MODE = "one", GONE = "x" }
  secret_environment_wo = { API_KEY = "k3y-of-mine" }
  ${ignoring("environment")}`);
    await workspace.apply(block("one"));
    const inDashboard = [
      { key: "MODE", value: "two" },
      { key: "API_KEY", value: "k3y-of-mine" },
      { key: "FOREIGN", value: "f0reign-secret" },
    ];
    await user.patch("agent", { envVars: inDashboard });
    expect((await workspace.plan(block("one"))).code).toBe(0);
    await workspace.apply(block("two"));
    expect(await user.app("agent")).toMatchObject({
      description: "two",
      envVars: expect.arrayContaining(inDashboard),
    });
    expect(await envVars()).toHaveLength(3);
    expect((await workspace.plan(block("two"))).code).toBe(0);
    const text = await workspace.rawState();
    expect(text).toContain("(not managed by Terraform)");
    expect(text).not.toContain("f0reign-secret");
  });

  it("a variable that is set twice keeps both values", async () => {
    const { workspace, user } = scene.current;
    const block = (description: string) =>
      agentBlock(`description = "${description}"
  environment = { MODE = "one" }
  ${ignoring("environment")}`);
    await workspace.apply(block("one"));
    const twice = ["two", "three"].map((value) => ({ key: "MODE", value }));
    await user.patch("agent", { envVars: twice });
    await workspace.apply(block("two"));
    expect(await envVars()).toEqual(twice);
    expect(await user.app("agent")).toMatchObject({ description: "two" });
  });

  it("one ignored variable keeps its value while another is changed", async () => {
    const { workspace, user } = scene.current;
    const block = (mode: string) =>
      agentBlock(`environment = { MODE = "${mode}", LEVEL = "info" }
  ${ignoring('environment["LEVEL"], environment["FOREIGN"]')}`);
    await workspace.apply(block("one"));
    await user.patch("agent", {
      envVars: [
        { key: "MODE", value: "one" },
        { key: "LEVEL", value: "debug" },
        { key: "FOREIGN", value: "f0reign" },
      ],
    });
    await workspace.apply(block("two"));
    expect(await envVars()).toEqual(
      expect.arrayContaining([
        { key: "MODE", value: "two" },
        { key: "LEVEL", value: "debug" },
        { key: "FOREIGN", value: "f0reign" },
      ]),
    );
    expect((await workspace.plan(block("two"))).code).toBe(0);
  });

  it("a variable that the configuration sets to what a state shows for a foreign one is refused", async () => {
    const { workspace } = scene.current;
    const { code, output } = await workspace.plan(
      agentBlock('environment = { MODE = "(not managed by Terraform)" }'),
    );
    expect(code).toBe(1);
    expect(output).toMatch(/no saved value of MODE/i);
  });

  it("an image that a CI deployed stays when another attribute is applied, and the state has it", async () => {
    const { workspace, user, captain } = scene.current;
    const block = (mode: string, ignored = "image") =>
      agentBlock(`environment = { MODE = "${mode}" }
  ${ignoring(ignored)}`);
    await workspace.apply(block("one"));
    await user.deployImage("agent", AGENT_V2);
    await scene.current.settle("agent");
    expect((await workspace.plan(block("one"))).code).toBe(0);
    const before = scene.current.writes().length;
    await workspace.apply(block("two"));
    expect(scene.current.writes(before)).toEqual(["PATCH appDefinitions/update"]);
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "two" } });
    expect(await workspace.attributes("caprover_app.agent")).toMatchObject({ image: AGENT_V2 });
    // an image that is not ignored is deployed, which is what the plan says
    const plan = await workspace.plan(block("two", "tags"));
    expect(plan.output).toMatch(/image\s+= "registry.test\/agent:v2" -> "registry.test\/agent:v1"/);
  });

  it("a build that a CI deployed stays when another attribute is applied", async () => {
    const { workspace, user, captain } = scene.current;
    const block = (mode: string) =>
      agentBlock(`environment = { MODE = "${mode}" }
  captain_definition = jsonencode({ schemaVersion = 2, dockerfileLines = ["FROM registry.test/agent:v1"] })
  ${ignoring("captain_definition, image")}`).replace(/ +image +=.*\n/, "");
    await workspace.apply(block("one"));
    await user.deployImage("agent", AGENT_V2);
    await scene.current.settle("agent");
    const before = scene.current.writes().length;
    await workspace.apply(block("two"));
    expect(scene.current.writes(before)).toEqual(["PATCH appDefinitions/update"]);
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "two" } });
    expect((await workspace.plan(block("two"))).code).toBe(0);
  });

  it("everything that the dashboard changed stays, also inside of objects", async () => {
    const { workspace, user } = scene.current;
    const block = (description: string) =>
      agentBlock(`description = "${description}"
  tags = ["mine"]
  ports = [{ host_port = 8642, container_port = 8642 }]
  limits = { memory_mib = 512, cpus = 0.5 }
  health_check = { test = ["CMD", "true"], interval_seconds = 30 }
  nginx = { proxy_read_timeout_seconds = 600 }
  service_override = yamlencode({ TaskTemplate = { ContainerSpec = { Args = ["gateway"] } } })
  basic_auth = { user = "greg", password_wo = "B4sic-Password-77" }
  deploy_token_enabled = true
  deploy_token_wo = "D3ploy-Token-55"
  ${ignoring("tags, ports, limits.memory_mib, health_check, service_override, basic_auth, deploy_token_enabled, deploy_token_wo_version, http_port")}`);
    await workspace.apply(block("one"));
    const override = {
      TaskTemplate: {
        ContainerSpec: {
          Args: ["other", "words"],
          StopGracePeriod: 20_000_000_000,
          Healthcheck: { Test: ["CMD", "false"], Interval: 5_000_000_000, StartInterval: 2_000_000_000 },
        },
        Resources: { Limits: { MemoryBytes: 1024 * 2 ** 20, NanoCPUs: 500_000_000, Pids: 100 } },
      },
    };
    await user.patch("agent", {
      tags: [{ tagName: "theirs" }],
      ports: [{ hostPort: 9000, containerPort: 9000 }],
      containerHttpPort: 3000,
      serviceUpdateOverride: JSON.stringify(override),
      httpAuth: { user: "greta", password: "another-password" },
      appDeployTokenConfig: { enabled: true, appDeployToken: "their-own-token" },
    });
    const before = await user.app("agent");
    expect((await workspace.plan(block("one"))).output).toContain("No changes");
    await workspace.apply(block("two"));
    const after = await user.app("agent");
    expect(after).toMatchObject({ description: "two" });
    for (const key of ["ports", "containerHttpPort", "httpAuth", "appDeployTokenConfig"]) {
      expect({ [key]: after?.[key] }).toEqual({ [key]: before?.[key] });
    }
    expect(JSON.stringify(after?.["tags"])).toContain("theirs");
    expect(JSON.parse(String(after?.["serviceUpdateOverride"]))).toEqual(override);
  });

  it("an app that ignores all changes keeps its secrets and everything else", async () => {
    const { workspace, user } = scene.current;
    const block = (attributes: string) =>
      agentBlock(`${attributes}
  secret_environment_wo = { API_KEY = "k3y-of-mine" }
  basic_auth = { user = "greg", password_wo = "B4sic-Password-77" }
  lifecycle {
    ignore_changes = all
  }`);
    await workspace.apply(block(""));
    await user.patch("agent", { description: "theirs", containerHttpPort: 3000 });
    const before = await user.app("agent");
    const writes = scene.current.writes().length;
    expect((await workspace.plan(block('description = "ours"'))).code).toBe(0);
    await workspace.apply(block('description = "ours"'));
    expect(scene.current.writes(writes)).toEqual([]);
    expect(await user.app("agent")).toEqual(before);
  });
});

describeInSandbox("ignore_changes on what is around an app", () => {
  const scene = scenes();

  it("the dashboard's values of a project and a registry stay when another attribute is applied", async () => {
    const { workspace, user } = scene.current;
    const body = (name: string, push: boolean) => `resource "caprover_project" "agents" {
  name        = "${name}"
  description = "ours"
  lifecycle {
    ignore_changes = [description]
  }
}
resource "caprover_registry" "ghcr" {
  domain       = "ghcr.test"
  image_prefix = "me"
  username     = "me"
  password_wo  = "t0ken"
  push         = ${push}
  lifecycle {
    ignore_changes = [username, password_wo_version]
  }
}
`;
    await workspace.apply(body("agents", false));
    const listed = async (what: string) =>
      objectsAt(toJsonObject((await user.call("GET", `/user/${what}`)).data), what);
    const [project] = await listed("projects");
    await user.call("POST", "/user/projects/update", {
      projectDefinition: { ...project, description: "theirs" },
    });
    const [registry] = await listed("registries");
    await user.call("POST", "/user/registries/update", {
      ...registry,
      registryUser: "them",
      registryPassword: "their-0wn",
    });
    expect((await workspace.plan(body("agents", false))).code).toBe(0);
    await workspace.apply(body("renamed", true));
    expect(await listed("projects")).toEqual([
      expect.objectContaining({ name: "renamed", description: "theirs" }),
    ]);
    expect(await listed("registries")).toEqual([
      expect.objectContaining({ registryUser: "them", registryPassword: "their-0wn" }),
    ]);
  });
});
