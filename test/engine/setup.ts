import { Engine } from "./engine";
import { buildStandIns } from "./images";
import { missing } from "./preflight";

/** Before all tests: the engine runs and has the stand-in images. */
export default async function setup(): Promise<void> {
  const engine = new Engine();
  const trouble = await missing(engine.paths);
  if (trouble) throw new Error(trouble);
  await engine.start();
  try {
    await buildStandIns(engine, (line) => process.stderr.write(`${line}\n`));
  } catch (error) {
    // Jest runs no teardown after a failed setup.
    await engine.stop();
    throw error;
  }
}
