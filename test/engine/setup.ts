import { Engine } from "./engine";
import { buildStandIns, copyImages } from "./images";
import { buildPackage } from "./installed-package";
import { enginePaths } from "./paths";
import { missing } from "./preflight";
import { chooseProvider } from "./provider";

export interface JestConfiguration {
  readonly maxWorkers: number;
}

/** Before all tests: starts an engine with the stand-in images for each worker, and finds a provider. */
export default async function setup({ maxWorkers }: JestConfiguration): Promise<void> {
  const engines = enginesOf(maxWorkers);
  const trouble = await missing(engines[0].paths);
  if (trouble) throw new Error(trouble);
  await chooseProvider();
  await buildPackage();
  const [first, ...others] = engines;
  try {
    await first.start();
    await buildStandIns(first, (line) => process.stderr.write(`${line}\n`));
    for (const other of others) await copyImages(first, other);
  } catch (error) {
    // Jest does not run the teardown after a failed setup.
    for (const engine of engines) await engine.stop();
    throw error;
  }
}

export function enginesOf(workers: number): [Engine, ...Engine[]] {
  const others = Array.from(
    { length: workers - 1 },
    (_, index) => new Engine(enginePaths(process.env, index + 2)),
  );
  return [new Engine(enginePaths(process.env, 1)), ...others];
}
