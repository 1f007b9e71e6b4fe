/** The program of a new repository: its stacks, and the test of their guarantees. */
import { imageOf, type NewAgent } from "./agent";
import type { Answers } from "./answers";
import { Call, Code, importOf, statement } from "./code";
import type { TargetName } from "./questions";

export const MAIN = `import { App } from "cdktf";
${importOf(["defineStacks"], "./stacks")}

const app = new App();
defineStacks(app);
app.synth();
`;

export function stacksOf(answers: Answers, agent: NewAgent): string {
  return `${importsOf(answers, agent)}

${STACKS[answers.target](answers, agent)}${agent.variables.length === 0 ? "" : `\n${secretFunction(answers)}`}`;
}

export const TEST = `import { Testing } from "cdktf";
import { hermesMatchers, synthesizeApp } from "cdktf-hermes/testing";
${importOf(["defineStacks"], "./stacks")}

expect.extend(hermesMatchers);

const app = Testing.app();
defineStacks(app);
const stacks = synthesizeApp(app);

test("the agent keeps its state on its volume", () => expect(stacks["agent"]).toMountHermesData());
test("the agent has its home on the volume", () => expect(stacks["agent"]).toSetHermesHome());
test("the agent runs the gateway", () => expect(stacks["agent"]).toRunGatewayMode());

test.each(Object.keys(stacks))("stack %s has no secret in clear text", (name) => {
  expect(stacks[name]).toHaveNoLiteralSecret();
});

test("the synthesized stacks are those of the snapshot", () => {
  expect(stacks).toMatchSnapshot();
});
`;

function importsOf({ target, dashboard }: Answers, { variables }: NewAgent): string {
  const docker = target === "docker";
  const fromCdktf = ["TerraformStack", ...(variables.length > 0 ? ["TerraformVariable"] : [])];
  const fromHermes = [
    "HermesApp",
    "HermesImage",
    "PersistentDataVolume",
    ...(docker ? [] : ["CapRoverProvider", "HermesTarget"]),
    ...(dashboard === undefined ? [] : ["DashboardAuth"]),
  ];
  return [
    ...(docker ? [importOf(["DockerProvider"], "@cdktf/provider-docker/lib/provider")] : []),
    importOf(["type App", ...fromCdktf], "cdktf"),
    importOf(fromHermes, "cdktf-hermes"),
  ].join("\n");
}

function onDocker(answers: Answers, { props }: NewAgent): string {
  return `/** A stack for the image, and one for the agent that runs it. */
export function defineStacks(app: App): void {
  // The image's stack is deployed first: a failed ${answers.wrapper ? "build" : "pull"} does not touch the running agent.
${stack("images")}
${statement(2, "", new Call("new DockerProvider", [new Code("images"), "docker"]))}
${statement(2, "const image = ", imageOf(answers, "images"))}

${stack("agent")}
${statement(2, "", new Call("new DockerProvider", [new Code("agent"), "docker"]))}
${statement(2, "", new Call("new HermesApp", [new Code("agent"), "hermes", props]))}
}
`;
}

function onCapRover(_answers: Answers, { props }: NewAgent): string {
  return `/** The agent. The shell that deploys sets CAPROVER_URL and CAPROVER_PASSWORD of the CapRover server. */
export function defineStacks(app: App): void {
${stack("agent")}
${statement(2, "", new Call("new CapRoverProvider", [new Code("agent"), "caprover"]))}
${statement(2, "", new Call("new HermesApp", [new Code("agent"), "hermes", props]))}
}
`;
}

const STACKS: Readonly<Record<TargetName, (answers: Answers, agent: NewAgent) => string>> = {
  docker: onDocker,
  caprover: onCapRover,
};

function stack(name: string): string {
  return statement(2, `const ${name} = `, new Call("new TerraformStack", [new Code("app"), name]));
}

/** Docker's container keeps its attributes in the state, where Terraform takes no ephemeral value. */
function secretFunction({ target }: Answers): string {
  const variable = `new TerraformVariable(stack, name, { type: "string", sensitive: true, description })`;
  const head = `function secret(stack: TerraformStack, name: string, description: string): string {`;
  if (target === "docker") {
    return `/** Set by TF_VAR_<name> in the shell that deploys. */
${head}
  return ${variable}.stringValue;
}
`;
  }
  return `/** Set by TF_VAR_<name> in the shell that deploys. It is ephemeral, so that no saved plan contains it. */
${head}
  const variable = ${variable};
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}
`;
}
