/** The example of the file with the values of the variables, which never enters git. */
import type { DeployVariable, NewAgent } from "./agent";
import type { Answers } from "./answers";

const SERVER: readonly (DeployVariable & { readonly example: string })[] = [
  {
    name: "CAPROVER_URL",
    description: "address of the CapRover server",
    example: "https://captain.apps.example.com",
  },
  { name: "CAPROVER_PASSWORD", description: "password of its dashboard", example: "" },
];

/** Everything that the shell which deploys has to say, by the names of the environment. */
export function environmentOf(
  { target }: Answers,
  { variables }: NewAgent,
): readonly (DeployVariable & { readonly example: string })[] {
  return [
    ...(target === "caprover" ? SERVER : []),
    ...variables.map(({ name, description }) => ({ name: `TF_VAR_${name}`, description, example: "" })),
  ];
}

export function environmentFile(answers: Answers, agent: NewAgent): string {
  const variables = environmentOf(answers, agent);
  if (variables.length === 0) return "# The program declares no variable.\n";
  return `# Copy this file to .env, and write each value between the quotes. The shell reads it by:
# set -a; . ./.env; set +a
${variables.map(({ name, description, example }) => `\n# ${description}\n${name}='${example}'\n`).join("")}`;
}
