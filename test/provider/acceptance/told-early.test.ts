/** What a plan says of a change before anything is written. */
import { AGENT, AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

describeInSandbox("the restart that a plan announces", () => {
  const scene = scenes();
  const full = (more = "") =>
    agentBlock(`environment = { B = "1", A = "2" }
  secret_environment_wo = { KEY = "k3y", ANOTHER = "4nother" }
  tags = ["b", "a"]
  ports = [{ host_port = 9000, container_port = 80 }, { host_port = 8000, container_port = 81 }]
  tmpfs = [{ container_path = "/tmp/b", size_mib = 16 }, { container_path = "/tmp/a", size_mib = 16 }]
  limits = { memory_mib = 512 }
  nginx = { proxy_read_timeout_seconds = 600 }
  ${more}`);
  const bare = (more = "") => `resource "caprover_app" "bare" {
  name    = "bare"
  web_app = false
  ${more}
}
`;

  it("a change of what only Terraform uses announces no restart and writes nothing", async () => {
    const { workspace } = scene.current;
    const changes = {
      timeouts: 'timeouts {\n    update = "20m"\n  }',
      "stop wait": "stop_wait_seconds = 30",
      protection: "deletion_protection = true",
    };
    const apps = full() + bare();
    await workspace.apply(apps);
    const before = scene.current.writes().length;
    for (const more of Object.values(changes)) {
      const { output } = await workspace.plan(full(more) + bare(more));
      expect(output).toContain("2 to change");
      expect(output).not.toContain("restarts");
      expect(output).not.toContain("known after apply");
    }
    await workspace.apply(full(changes.timeouts) + bare(changes.timeouts));
    expect(scene.current.writes(before)).toEqual([]);
  });

  it("a change of timeouts and of a variable announces the restart for the variable", async () => {
    const { workspace } = scene.current;
    await workspace.apply(full());
    const { output } = await workspace.plan(
      full('timeouts {\n    update = "20m"\n  }').replace('B = "1"', 'B = "3"'),
    );
    expect(output).toMatch(/restarts agent[\s\S]*Changed here: environment\./);
  });
});

describeInSandbox("a move of data", () => {
  const scene = scenes();

  it("a plan that gives an app another volume says from where to where, and one that adds a volume does not", async () => {
    const { workspace } = scene.current;
    const block = (volumes: string) => agentBlock().replace(/volumes +=.*/, `volumes = [${volumes}]`);
    const data = '{ container_path = "/opt/data", name = "agent-data" }';
    await workspace.apply(block(data));
    const moved = await workspace.plan(block('{ container_path = "/opt/data", name = "agent-data-2" }'));
    expect(moved.output).toMatch(
      /agent leaves its data in volume "agent-data" at \/opt\/data[\s\S]*it has volume "agent-data-2" at\s+\/opt\/data/,
    );
    const added = await workspace.plan(block(`${data}, { container_path = "/more", name = "more" }`));
    expect(added.output).toContain("1 to change");
    expect(added.output).not.toContain("leaves its data");
  });

  it("a plan that gives the data to an earlier image says so, and the way up does not", async () => {
    const { workspace } = scene.current;
    await workspace.apply(agentBlock());
    const up = await workspace.plan(agentBlock("", { image: AGENT_V2 }));
    expect(up.output).not.toContain("goes back");
    await workspace.apply(agentBlock("", { image: AGENT_V2 }));
    const down = await workspace.plan(agentBlock());
    expect(down.output).toContain(`agent goes back from ${AGENT_V2} to ${AGENT}`);
  });
});
