import { providerName } from "./provider";
import { enginesOf, type JestConfiguration } from "./setup";

export default async function teardown({ maxWorkers }: JestConfiguration): Promise<void> {
  for (const engine of enginesOf(maxWorkers)) await engine.stop();
  process.stderr.write(`\nDocker provider: ${providerName()}\n`);
}
