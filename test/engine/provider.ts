/** Which Docker provider the tests drive: the real one if Terraform can install it, else the stand-in. */
import { StandInMirror } from "./docker-provider/mirror";
import { installable } from "./terraform";

const SOURCE = "kreuzwerker/docker";

/**
 * The versions that the tests' stacks require: the one that the bindings pin, where the program states it, and a 4.x.
 */
const CONSTRAINTS = ["3.6.2", ">= 4.1, < 5"];

/** Each test file loads its own modules, so the setup passes the choice to them in variables. */
const NAME = "CDKTF_HERMES_TEST_PROVIDER";
const CONFIGURATION = "CDKTF_HERMES_TEST_PROVIDER_CONFIGURATION";

/** Before all tests: asks Terraform, and builds the stand-in if necessary. */
export async function chooseProvider(): Promise<void> {
  const answers = await Promise.all(CONSTRAINTS.map((version) => installable(SOURCE, version)));
  const reason = answers.flatMap((answer) => (answer.installed ? [] : [answer.reason]))[0];
  if (reason === undefined) {
    process.env[NAME] = `the real ${SOURCE}`;
    delete process.env[CONFIGURATION];
    return;
  }
  const mirror = new StandInMirror();
  process.once("exit", () => mirror.remove());
  process.env[NAME] = `the stand-in for ${SOURCE}, because Terraform can't install the real one: ${reason}`;
  process.env[CONFIGURATION] = mirror.configuration;
}

/** The choice, in words. */
export function providerName(): string {
  const name = process.env[NAME];
  if (name === undefined) throw new Error("No provider was chosen: the tests' global setup has not run.");
  return name;
}

/** The variables with which Terraform finds the chosen provider. Add them to the engine's environment. */
export function providerEnvironment(): NodeJS.ProcessEnv {
  providerName();
  const configuration = process.env[CONFIGURATION];
  return configuration === undefined ? {} : { TF_CLI_CONFIG_FILE: configuration };
}
