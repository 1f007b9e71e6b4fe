import { Engine } from "./engine";

export default async function teardown(): Promise<void> {
  await new Engine().stop();
}
