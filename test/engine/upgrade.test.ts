import { eventually } from "../eventually";
import { Drill } from "./drill";
import type { DrillSettings } from "./drill-program";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { STAND_INS, type StandInTag, standIn } from "./images";
import { Registry } from "./registry";
import { logIn, useAgent } from "./usage";
import { expectNothingLost, notCompared, seedUserData, userData } from "./user-data";

interface Hop {
  readonly to: StandInTag;
  /** Whether a chat waits for the model when the upgrade starts. */
  readonly agent: "idle" | "busy";
}

/**
 * From the tini generation on. Each kind of image is upgraded once with a busy agent. Only with provider 4.x: an
 * upgrade replaces a container, which `deploy-tests.ts` does with both versions, and `faults/` has what 3.x does to a
 * stopped one.
 */
const WAYS: { readonly [kind: string]: readonly Hop[] } = {
  registry: [
    { to: "v2026.6.5", agent: "idle" },
    { to: "v2026.7.20", agent: "busy" },
    { to: "v2026.8.3", agent: "idle" },
  ],
  wrapper: [
    { to: "v2026.7.20", agent: "busy" },
    { to: "v2026.8.3", agent: "idle" },
  ],
};
const OLDEST = "v2026.5.16";
const NAME = "upgraded";

const engine = new Engine();
const report: string[] = [];
let model: FakeModel;
let registry: Registry;

beforeAll(async () => {
  model = await FakeModel.start("The fake model's answer.", engine.gateway);
  registry = await Registry.start();
});

afterAll(async () => {
  await model.stop();
  await registry.stop();
  process.stderr.write(
    `\nHermes rewrites by itself, so it is not compared:\n${notCompared()}` +
      `Down time at /health:\n  ${report.join("\n  ")}\n`,
  );
});

describe.each(Object.entries(WAYS))("a %s image", (kind, hops) => {
  let drill: Drill;

  beforeAll(async () => {
    const image = await imageOf(kind, OLDEST);
    drill = await Drill.prepare(engine, { name: NAME, provider: 4, image });
    await seedUserData(engine, NAME, model.configYaml);
    await drill.mustDeploy();
    await useAgent(drill, model.answer);
    await logIn(drill);
  }, 300_000);

  afterAll(async () => {
    drill.remove();
    await engine.reset();
  });

  test.each(hops)("an $agent agent is upgraded to $to, and nothing is lost", async ({ to, agent }) => {
    const before = await userData(engine, NAME);
    const image = await imageOf(kind, to);
    const start = new Date();
    const chat = agent === "busy" ? await busyChat() : undefined;
    const supervised = (await drill.pid1()) === "s6-svscan";

    const gap = await drill.downtime(() => drill.mustDeploy({ image }));
    model.silent = false;

    const events = await drill.events(start);
    expect(events).toContain("kill 15");
    if (chat) {
      await expect(chat.end).resolves.toBe("dropped");
      expect(events).toContain(supervised ? "die 0" : "kill 9");
    } else {
      expect(events).toContain(`die ${supervised ? 0 : 1}`);
      expect(events).not.toContain("kill 9");
    }
    expectNothingLost(before, await userData(engine, NAME));
    await expect(drill.project.changes("agent")).resolves.toBeUndefined();
    await useAgent(drill, model.answer);
    report.push(`${kind} image to ${to} (${STAND_INS[to].generation}), ${agent} agent: ${gap} ms`);
  });

  /** A chat that waits: the model has got the request and does not answer. */
  async function busyChat(): Promise<{ readonly end: Promise<"dropped" | "answered"> }> {
    model.silent = true;
    const asked = model.chats.length;
    const end = drill.chat("Think").then(
      () => "answered" as const,
      () => "dropped" as const,
    );
    await eventually("the model is asked", 60, async () => (model.chats.length > asked ? true : undefined));
    return { end };
  }
});

/** The stand-in itself, or this library's wrapper on it. */
async function imageOf(kind: string, tag: StandInTag): Promise<DrillSettings["image"]> {
  if (kind === "registry") return { registry: { tag } };
  const baseRepository = `${registry.host}/hermes-agent`;
  const baseDigest = await registry.push(engine, standIn(tag), `hermes-agent:${tag}`);
  return { wrapper: { release: tag, baseRepository, baseDigest } };
}
