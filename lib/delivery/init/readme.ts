/** The README of a new repository, and what to type next. */
import type { NewAgent } from "./agent";
import type { Answers } from "./answers";
import { environmentOf } from "./environment-file";
import { TARGETS } from "./questions";

export interface Step {
  readonly command: string;
  readonly comment?: string;
}

/** From the files to the running agent, in the folder. */
export function stepsOf(answers: Answers, agent: NewAgent): readonly Step[] {
  const fillIn = [
    { command: "cp .env.example .env", comment: "then write the values into it" },
    { command: "set -a; . ./.env; set +a" },
  ];
  return [
    { command: "npm install" },
    ...(environmentOf(answers, agent).length > 0 ? fillIn : []),
    { command: "npm run deploy" },
    { command: "npx cdktf-hermes next", comment: "what to do with the agent: model, logins, addresses" },
    { command: "npm run verify" },
  ];
}

export function stepInShell({ command, comment }: Step): string {
  return comment === undefined ? command : `${command}   # ${comment}`;
}

export function readme(answers: Answers, agent: NewAgent, name: string): string {
  const { release, target } = answers;
  return `# ${name}

Hermes Agent ${release.tag} on ${TARGETS[target]}, by [CDKTF](https://github.com/hashicorp/terraform-cdk) and
cdktf-hermes. \`stacks.ts\` declares the agent. Its state is on the volume \`hermes-data\`, which no plan destroys.

You need Node 20.9 or later, Terraform or OpenTofu, and ${TARGETS[target]}.

## Deploy

${toReplace(agent)}\`\`\`sh
${stepsOf(answers, agent).map(stepInShell).join("\n")}
\`\`\`

\`npm run deploy\` shows the plan of each stack and asks for approval. It ends when the agent runs. The unpacked image
has about 5 GB, so the first deploy takes a while. After \`npm run synth\`, \`npx cdktf-hermes doctor\` looks for what a
deploy lacks.
${certificate(answers)}
## Change

\`\`\`sh
npm run synth   # what will be deployed, the variables, and all warnings
npm test        # checks the types and the guarantees, and compares the stacks with the snapshot
npm run deploy
\`\`\`

The first \`npm test\` writes the snapshot into \`__snapshots__\`. Commit it: in a CI, where the variable \`CI\` is set, the
test writes none and fails. After a change, \`npm test -- -u\` takes the change into it. For an upgrade, change the
release in \`stacks.ts\`.

The documentation is in \`node_modules/cdktf-hermes/docs\`.

## State and secrets

Terraform keeps its state in this folder (\`terraform.*.tfstate\`). Keep it, but not in git.
${SECRETS_IN_STATE[target]}
For an agent that matters, use a remote backend. The values of the variables are in \`.env\`, which is not in git either.
`;
}

function toReplace({ toReplace: props }: NewAgent): string {
  if (props.length === 0) return "";
  return `First replace these values in \`stacks.ts\`:

${props.map((prop) => `- \`${prop}\``).join("\n")}

`;
}

function certificate({ target, dashboard }: Answers): string {
  if (target === "docker" || dashboard === undefined || dashboard.login.loopback) return "";
  return `
The dashboard's address gets a certificate: enable HTTPS for the root domain of the CapRover server first.
`;
}

const SECRETS_IN_STATE = {
  docker: "It contains the secrets in clear text.",
  caprover: "It contains no secret of the program.",
} as const;
