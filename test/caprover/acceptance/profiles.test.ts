/** Three profiles on CapRover, by the real CDKTF and Terraform on the sandbox, and what the deployed app makes of a volume. */
import { readFileSync } from "node:fs";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { HermesImage, HermesTarget, type ProfileProps } from "../../../lib";
import { describeStacks } from "../../../lib/operations/description";
import { descriptionAsText } from "../../../lib/operations/description-text";
import { plannedStack } from "../../../lib/operations/plan/planned-stack";
import { readStacks } from "../../../lib/operations/stacks";
import { outputsHere } from "../../../lib/operations/taken-out";
import { type AgentProps, secretOf } from "../../agents";
import { describeWithTerraform } from "../../terraform";
import { BootedContainer } from "../booted";
import { Deployment } from "../deployment";
import { hermesImage } from "../hermes-image";
import { secretsIn, writtenBelow } from "../secret-search";

jest.setTimeout(600_000);

const RELEASE = "v2026.7.30";
const NAMES = ["default", "work", "home"] as const;
type Name = (typeof NAMES)[number];

const SECRETS = Object.fromEntries(
  NAMES.flatMap((name) => [
    [`${name}_api`, `api-key-of-${name}-0123456789`],
    [`${name}_bot`, `xoxb-of-${name}`],
    [`${name}_app`, `xapp-of-${name}`],
    [`${name}_model`, `model-key-of-${name}`],
  ]),
);
const ofOthers = (name: Name) =>
  Object.fromEntries(Object.entries(SECRETS).filter(([key]) => !key.startsWith(`${name}_`)));
const ofIts = (name: Name) =>
  Object.entries(SECRETS).flatMap(([key, value]) => (key.startsWith(`${name}_`) ? [value] : []));

interface Change {
  readonly soul?: string;
  readonly profiles?: readonly Name[];
}

function program(
  { soul = "You are Max.", profiles = ["work", "home"] }: Change,
  image: "wrapper" | "registry" = "wrapper",
) {
  return (stack: Parameters<typeof secretOf>[0]): AgentProps => {
    const of = (name: Name, port: number): ProfileProps => ({
      soul: { text: name === "work" ? soul : `You are the soul of ${name}.` },
      model: {
        provider: "custom",
        name: `model-of-${name}`,
        baseUrl: "http://models:8000/v1",
        apiKey: secretOf(stack, `${name}_model`),
      },
      messaging: {
        slack: {
          botToken: secretOf(stack, `${name}_bot`),
          appToken: secretOf(stack, `${name}_app`),
          allowedUsers: [`U${name.toUpperCase()}`],
        },
      },
      apiServer: { key: secretOf(stack, `${name}_api`), port },
    });
    return {
      release: RELEASE,
      ...(image === "wrapper" && {
        image: HermesImage.wrapper(stack, "image", {
          release: RELEASE,
          baseRevision: "1",
          codexVersion: "0.169.0",
        }),
      }),
      // The simulated agent boots nothing, so its API server does not know that others may reach it.
      target: HermesTarget.caprover({ address: false }),
      ...of("default", 8642),
      profiles: Object.fromEntries(profiles.map((name, i) => [name, of(name, 8643 + i)])),
    };
  };
}

describeWithTerraform("an agent with three profiles", () => {
  let captain: CapRoverSandbox;
  let deployment: Deployment;
  beforeEach(async () => {
    captain = await CapRoverSandbox.start({
      images: { [`nousresearch/hermes-agent:${RELEASE}`]: hermesImage(RELEASE) },
    });
    // The first one is that of the agent that every deployment begins with.
    deployment = new Deployment(captain, { key: SECRETS["default_api"] ?? "", ...SECRETS });
  });
  afterEach(async () => {
    const { overlaps } = captain;
    await captain.stop();
    expect(overlaps).toEqual([]);
  });

  const environment = (): Record<string, string> => Object(captain.app("hermes").running[0]?.spec.env);
  const planned = async () => {
    const [stack] = readStacks(deployment.outdir);
    if (stack === undefined) throw new Error("nothing was synthesized");
    return plannedStack(stack, JSON.parse(await deployment.savedPlan()));
  };
  const homeOf = (name: Name) => (name === "default" ? "/opt/data" : `/opt/data/profiles/${name}`);

  test.each([
    "wrapper",
    "registry",
  ] as const)("on the image of the kind %s each gets its own secrets, model and soul, a changed soul is a restart, and a profile that is taken out is kept and named", async (image) => {
    deployment.synthesize(program({}, image));
    const printed = await deployment.cdktfDeploy();
    expect(await deployment.changes()).toBe("none");

    const container = new BootedContainer();
    expect(container.boot(environment())).toContain("merge: done");
    for (const name of NAMES) {
      const env = container.read(`${homeOf(name)}/.env`);
      const config = container.read(`${homeOf(name)}/config.yaml`);
      for (const secret of ofIts(name)) expect(env + config).toContain(secret);
      expect(secretsIn(env + config, ofOthers(name))).toEqual([]);
      expect(config).toContain(`model-of-${name}`);
      expect(container.read(`${homeOf(name)}/SOUL.md`)).toBe(
        name === "work" ? "You are Max." : `You are the soul of ${name}.`,
      );
    }
    // No service sees a secret, or what carried it.
    expect(secretsIn(JSON.stringify(container.environment()), SECRETS)).toEqual([]);
    expect(container.environment()).toMatchObject({ GATEWAY_MULTIPLEX_PROFILES: "false" });
    const texts = [printed, readFileSync(deployment.state, "utf8"), writtenBelow(deployment.folder)];
    expect(texts.flatMap((text) => secretsIn(text, SECRETS))).toEqual([]);
    expect(container.has("/opt/data/profiles/work/gateway_state.json")).toBe(true);

    deployment.synthesize(program({ soul: "You are Nova." }, image));
    expect(await planned()).toMatchObject({
      agents: [{ name: "hermes", notes: ["mind changed: restart"], data: "kept" }],
    });
    expect(await deployment.apply()).toContain("0 added, 1 changed, 0 destroyed");
    expect(await deployment.changes()).toBe("none");
    container.boot(environment());
    expect(container.read("/opt/data/profiles/work/SOUL.md")).toBe("You are Nova.");

    deployment.synthesize(program({ profiles: ["work"] }, image));
    expect(descriptionAsText(describeStacks(readStacks(deployment.outdir), outputsHere))).toContain(
      "home: taken out",
    );
    expect((await planned()).agents[0]?.notes).toContain(
      "the profile home is taken out: stopped, and its data kept",
    );
    await deployment.apply();
    expect(await deployment.changes()).toBe("none");
    expect(container.boot(environment())).toContain(
      "stopped profile home: it is no longer declared, and its folder is kept",
    );
    const kept = [".env", "config.yaml"].map((file) => container.read(`/opt/data/profiles/home/${file}`));
    expect(secretsIn(kept.join("\n"), SECRETS)).toEqual([]);
    expect(kept.join("\n")).toContain("model-of-home");
    expect(JSON.parse(container.read("/opt/data/profiles/home/gateway_state.json"))).toEqual({
      desired_state: "stopped",
    });
    expect(container.has("/opt/data/profiles/home/SOUL.md")).toBe(true);
    expect(secretsIn(JSON.stringify(environment()), { home_bot: SECRETS["home_bot"] ?? "" })).toEqual([]);
  });
});
