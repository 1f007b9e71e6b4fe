/** An app whose image a CI deploys, while Terraform manages everything else. */
import { AGENT, AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

describeInSandbox("an app that a CI deploys to", () => {
  const scene = scenes();
  const body = (mode: string) =>
    `${agentBlock(`environment = { MODE = "${mode}" }`).replace(/ +image .*\n/, "")}output "url" {
  value = caprover_app.agent.url
}
`;

  it("a CI may deploy between plan and apply, and the next refresh shows its image", async () => {
    const { workspace, user, captain } = scene.current;
    await workspace.apply(agentBlock());
    await workspace.apply(body("one"));
    await workspace.write(body("two"));
    expect((await workspace.run("plan", "-out=saved")).code).toBe(0);
    await user.deployImage("agent", AGENT_V2);
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await user.call("POST", "/user/apps/appDefinitions/enablebasedomainssl", { appName: "agent" });
    await scene.current.settle("agent");
    const { code, output } = await workspace.run("apply", "saved");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "two" } });
    expect(await workspace.attributes("caprover_app.agent")).toMatchObject({ image: AGENT });
    const writes = scene.current.writes().length;
    await workspace.apply(body("two"));
    expect(scene.current.writes(writes)).toEqual([]);
    expect(await workspace.attributes("caprover_app.agent")).toMatchObject({
      image: AGENT_V2,
      url: expect.stringMatching(/^http:/),
    });
    expect((await workspace.plan(body("two"))).code).toBe(0);
  });
});
