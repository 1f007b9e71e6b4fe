import { API_KEY } from "./agent";
import type { Drill } from "./drill";

/** Uses the agent like people do, so that each of Hermes' databases has rows that could be lost. */
export async function useAgent(drill: Drill, answer: string): Promise<void> {
  const chat = await drill.chat("Say hello");
  expect(await chat.json()).toMatchObject({ choices: [{ message: { content: answer } }] });
  const response = await fetch(`${drill.url}/v1/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", input: "Say hello", conversation: "greetings" }),
  });
  expect(JSON.stringify(await response.json())).toContain(answer);
  await inAgent(drill, 'hermes kanban create "Make tea"', `python -c '${RUN_A_JOB}'`);
}

/** The files that its commands leave on the volume. */
export async function logIn(drill: Drill): Promise<void> {
  await inAgent(
    drill,
    "hermes auth add openrouter --api-key sk-made-up --label mine",
    'hermes cron create "0 4 1 1 *" "Wish a happy new year"',
  );
}

/** Through the scheduler's own code, because its clock runs in the gateway. The older releases keep no record. */
const RUN_A_JOB = `
try:
    from cron.executions import create_execution, finish_execution
except ImportError:
    pass
else:
    finish_execution(create_execution("new-year", source="drill")["id"], success=True)
`;

async function inAgent({ engine, settings }: Drill, ...commands: string[]): Promise<void> {
  const script = ["set -e", "PATH=/opt/hermes/.venv/bin:$PATH", ...commands].join("\n");
  const asRuntimeUser = ["exec", "--user", "hermes", "--env", "HOME=/opt/data", settings.name];
  await engine.docker(...asRuntimeUser, "sh", "-c", script);
}
