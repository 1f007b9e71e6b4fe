/** The configuration that Terraform writes for what is imported. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { succeeded } from "../../terraform";
import { AGENT } from "../agent";
import { describeInSandbox, scenes } from "../scene";

describeInSandbox("terraform plan -generate-config-out", () => {
  const scene = scenes();

  /** Every resource that a server can have, made in the dashboard. */
  async function makeByHand(): Promise<void> {
    const { user } = scene.current;
    await scene.current.madeByHand("agent");
    await user.call("POST", "/user/projects/register", {
      name: "agents",
      parentProjectId: "",
      description: "theirs",
    });
    await user.call("POST", "/user/registries/insert", {
      registryDomain: "ghcr.test",
      registryImagePrefix: "me",
      registryUser: "me",
      registryPassword: "t0ken-of-theirs",
      registryType: "REMOTE_REG",
    });
    await user.patch("agent", {
      description: "by hand",
      instanceCount: 1,
      envVars: [
        { key: "API_KEY", value: "k3y-of-theirs" },
        { key: "MODE", value: "gateway" },
        { key: "NODE", value: "{{.Node.Hostname}}" },
      ],
      volumes: [
        { containerPath: "/opt/data", volumeName: "agent-data" },
        { containerPath: "/etc/hermes", hostPath: "/srv/hermes" },
      ],
      ports: [{ hostPort: 8642, containerPort: 8642 }],
      tags: [{ tagName: "mine" }],
      httpAuth: { user: "greg", password: "B4sic-Password-77" },
      appDeployTokenConfig: { enabled: true, appDeployToken: "D3ploy-Token-55" },
      websocketSupport: true,
      serviceUpdateOverride: JSON.stringify({
        TaskTemplate: {
          ContainerSpec: {
            Args: ["gateway", "run"],
            StopGracePeriod: 20_500_000_000,
            Healthcheck: { Test: ["CMD", "true"], Interval: 1_500_000_000, Timeout: 0, Retries: 0 },
          },
          Resources: { Limits: { MemoryBytes: 512_000_000, NanoCPUs: 500_000_000, Pids: 100 } },
        },
      }),
    });
    await scene.current.settle("agent");
    await user.deployImage("agent", AGENT);
    await scene.current.settle("agent");
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const domain = { appName: "agent", customDomain: "agent.example.test" };
    await user.call("POST", "/user/apps/appDefinitions/customdomain", domain);
    await user.call("POST", "/user/apps/appDefinitions/enablecustomdomainssl", domain);
    await user.call("POST", "/user/apps/appDefinitions/enablebasedomainssl", { appName: "agent" });
    await user.patch("agent", { forceSsl: true, redirectDomain: "agent.example.test" });
    await scene.current.settle("agent");
  }

  const IMPORTS = {
    "caprover_app.agent": "agent?secret=API_KEY",
    "caprover_custom_domain.own": "agent/agent.example.test",
    "caprover_base_domain_ssl.agent": "agent",
    "caprover_force_ssl.agent": "agent",
    "caprover_redirect.agent": "agent",
    "caprover_project.agents": "agents",
    "caprover_registry.ghcr": "ghcr.test",
  };
  const blocks = Object.entries(IMPORTS)
    .map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`)
    .join("");

  it("the written configuration of every resource applies once its secrets are filled in", async () => {
    const { workspace, user } = scene.current;
    await makeByHand();
    await workspace.write(blocks);
    await workspace.run("plan", "-generate-config-out=generated.tf");
    const path = join(workspace.path, "generated.tf");
    const written = await readFile(path, "utf8");
    for (const secret of ["k3y-of-theirs", "t0ken-of-theirs", "B4sic-Password-77", "D3ploy-Token-55"]) {
      expect(written).not.toContain(secret);
    }
    const before = await user.app("agent");
    const filledIn = written.replace(/(caprover_registry[\s\S]*password_wo +=) null/, '$1 "t0ken-of-theirs"');
    await writeFile(path, filledIn);
    const writes = scene.current.writes().length;
    succeeded(await workspace.tryApply());
    expect(scene.current.writes(writes)).toEqual([]);
    expect(await user.app("agent")).toEqual(before);
    expect((await workspace.plan("")).code).toBe(0);
    // what the attributes round, or do not show, stays when something else changes
    await writeFile(path, filledIn.replace('"by hand"', '"by Terraform"'));
    succeeded(await workspace.tryApply());
    const after = await user.app("agent");
    expect(after).toEqual({ ...before, description: "by Terraform", tags: after?.["tags"] });
    expect((await workspace.plan("")).code).toBe(0);
  });
});
