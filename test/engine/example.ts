import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engine";
import { installPackage } from "./installed-package";
import { providerEnvironment } from "./provider";
import { Project } from "./terraform";

const EXAMPLES = join(__dirname, "../../examples");

/** The line of a program that makes a stack's provider. */
const PROVIDER = /^(\s*)new DockerProvider\((\w+), .*\);\n/gm;
/** States the version that the bindings pin. */
const PROVIDER_3 = '$&$1$2.addOverride("terraform.required_providers.docker.version", "3.6.2");\n';

export interface ExampleOptions {
  readonly engine: Engine;
  readonly provider: "3.6.2" | "4.x";
  /** The values of the example's secret variables. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** An unchanged copy of an example. Only for 3.6.2 its provider's version is changed. */
export function exampleProject(name: string, { engine, provider, secrets }: ExampleOptions): Project {
  const variables = Object.entries(secrets).map(([key, value]) => [`TF_VAR_${key}`, value]);
  const project = new Project({
    app: "npx tsx main.ts",
    env: { ...engine.environment, ...providerEnvironment(), ...Object.fromEntries(variables) },
  });
  cpSync(join(EXAMPLES, name), project.folder, {
    recursive: true,
    filter: (path) => !/cdktf\.out|node_modules/.test(path.slice(EXAMPLES.length)),
  });
  installPackage(project.folder);
  if (provider === "3.6.2") {
    for (const file of ["main.ts", "stacks.ts"]
      .map((name) => join(project.folder, name))
      .filter(existsSync)) {
      writeFileSync(file, readFileSync(file, "utf8").replace(PROVIDER, PROVIDER_3));
    }
  }
  return project;
}
