/** How long `verify` takes, in seconds, for agents that work. It uses the tests' engine and its stand-in image. */
import { Engine } from "../engine/engine";
import { FAKE_MODEL } from "../engine/fake-model";
import { buildStandIns } from "../engine/images";
import { Subject } from "../engine/verify/subject";
import { type Count, median } from "./measure";

const ROUNDS = 3;

/** @param agents looked at side by side, and no model is asked */
export async function verifySeconds(agents: number): Promise<Count> {
  const engine = new Engine();
  await engine.start();
  try {
    await buildStandIns(engine, (line) => process.stderr.write(`${line}\n`));
    const subjects: Subject[] = [];
    for (let i = 0; i < agents; i++) {
      const subject = await Subject.start(engine, { name: `agent-${i}` });
      await subject.ready();
      await subject.write("/opt/data/config.yaml", `model:\n  provider: custom\n  default: ${FAKE_MODEL}\n`);
      await subject.eventuallyFails({});
      subjects.push(subject);
    }
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await Promise.all(subjects.map((subject) => subject.verify()));
      seconds.push((performance.now() - start) / 1000);
    }
    return { count: Math.round(10 * median(seconds)) / 10 };
  } finally {
    await engine.stop();
  }
}
