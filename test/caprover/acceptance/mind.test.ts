/** An agent's mind on CapRover, by the real Terraform: what is declared of the data, and how a change of it travels. */
import { readFileSync } from "node:fs";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { bootInVariable } from "../../../lib/boot/boot-script";
import { type AgentProps, secretOf } from "../../agents";
import { describeWithTerraform } from "../../terraform";
import { Deployment, SECRETS } from "../deployment";
import { hermesImage } from "../hermes-image";
import { secretsIn } from "../secret-search";

jest.setTimeout(600_000);

const RELEASE = "v2026.7.30";

describeWithTerraform("an agent with a mind", () => {
  let captain: CapRoverSandbox;
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({
      images: { [`nousresearch/hermes-agent:${RELEASE}`]: hermesImage(RELEASE) },
    });
  });
  afterEach(() => captain.stop());

  const starts = () => captain.volume("hermes-data")?.files.get("starts");
  const script = () => bootInVariable(Object(captain.app("hermes").running[0]?.spec.env));

  test("it is deployed with an empty second plan, and a changed soul is one update of one app", async () => {
    const deployment = new Deployment(captain);
    const given = (soul: string): AgentProps => ({
      release: RELEASE,
      soul: { text: soul },
      crons: { morning: { schedule: "0 9 * * *", prompt: "Say what is on today." } },
      files: { "workspace/AGENTS.md": { text: "Be brief." } },
    });
    deployment.synthesize(() => given("You are Iris."));
    await deployment.apply();
    expect(await deployment.changes()).toBe("none");
    expect(script()).toContain('"SOUL.md":{"value":"You are Iris."}');
    const before = starts();

    deployment.synthesize(() => given("You are Nova."));
    expect(await deployment.apply()).toContain("0 added, 1 changed, 0 destroyed");
    expect(await deployment.changes()).toBe("none");
    expect(script()).toContain('"SOUL.md":{"value":"You are Nova."}');
    expect(starts()).not.toBe(before);
    expect(captain.overlaps).toEqual([]);
  });

  test("a text and a tool with a secret are in neither state nor program, and reach the container", async () => {
    const deployment = new Deployment(captain);
    deployment.synthesize((stack) => ({
      release: RELEASE,
      soul: { text: `The team's word is ${secretOf(stack, "nginx")}.` },
      mcpServers: {
        tool: { url: "http://tool:8000/mcp", headers: { Authorization: secretOf(stack, "session") } },
      },
    }));
    const printed = await deployment.apply();
    expect(await deployment.changes()).toBe("none");
    const env = Object(captain.app("hermes").running[0]?.spec.env);
    expect(env).toMatchObject({ MCP_TOOL__AUTHORIZATION: SECRETS.session });
    const [name = ""] = Object.keys(env).filter((name) => name.startsWith("CDKTF_HERMES_VALUE_"));
    expect(env[name]).toBe(JSON.stringify(`The team's word is ${SECRETS.nginx}.`));
    expect(script()).toContain(`rm -f -- ${name}`);
    const texts = [printed, script(), readFileSync(deployment.state, "utf8")];
    expect(texts.flatMap((text) => secretsIn(text, SECRETS))).toEqual([]);
  });
});
