import { Engine } from "./engine";
import { buildStandIns } from "./images";
import { missing } from "./preflight";
import { chooseProvider } from "./provider";

/** Before all tests: the engine runs and has the stand-in images, and a provider for it is found. */
export default async function setup(): Promise<void> {
  const engine = new Engine();
  const trouble = await missing(engine.paths);
  if (trouble) throw new Error(trouble);
  await chooseProvider();
  try {
    await engine.start();
    await buildStandIns(engine, (line) => process.stderr.write(`${line}\n`));
  } catch (error) {
    // Jest runs no teardown after a failed setup.
    await engine.stop();
    throw error;
  }
}
