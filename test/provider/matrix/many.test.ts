import { AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, Scene } from "../scene";

const AGENTS = 20;

describeInSandbox("many agents", () => {
  jest.setTimeout(600_000);

  it("many agents are changed in little more time than one, because they wait side by side", async () => {
    const changed = async (count: number): Promise<number> => {
      const scene = await Scene.set({ speed: 40 });
      const { workspace, captain } = scene;
      const body = (image: string, mode: string) =>
        Array.from({ length: count }, (_, index) =>
          agentBlock(`environment = { MODE = "${mode}" }`, {
            name: `agent-${index}`,
            ...(image === "" ? {} : { image }),
          }),
        ).join("\n");
      await workspace.apply(body("", "one"), `-parallelism=${AGENTS}`);
      const started = captain.clock.now().getTime();
      await workspace.apply(body(AGENT_V2, "two"), `-parallelism=${AGENTS}`);
      const seconds = (captain.clock.now().getTime() - started) / 1000;
      expect(captain.overlaps).toEqual([]);
      await scene.end();
      return seconds;
    };
    const one = await changed(1);
    const many = await changed(AGENTS);
    process.stderr.write(
      `${AGENTS} agents: ${Math.round(many)} s of the captain's; one: ${Math.round(one)} s\n`,
    );
    // one after another they would take twenty times as long; each write takes CapRover 2 s
    expect(many).toBeLessThan(one * 4);
  });
});
