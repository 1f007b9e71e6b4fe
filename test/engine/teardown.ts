import { Engine } from "./engine";
import { providerName } from "./provider";

export default async function teardown(): Promise<void> {
  await new Engine().stop();
  process.stderr.write(`\nDocker provider: ${providerName()}\n`);
}
