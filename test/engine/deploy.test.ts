import { API_PORT } from "./agent";
import { ANSWER, agent, chat, engine, model, project, secrets, testDeploys } from "./deploy-tests";
import { run } from "./run";

testDeploys("4.x", () => {
  test("an agent answers a chat with the model of config.yaml and the key of .env", async () => {
    const answer = await (await chat(false)).json();
    expect(answer).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
    expect(model.chats.at(-1)).toMatchObject({
      authorization: `Bearer ${secrets.model_api_key}`,
      body: { model: "fake-1" },
    });
  });

  test("an agent answers a chat as a stream", async () => {
    const response = await chat(true);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
    expect(events.length).toBeGreaterThan(3);
    const pieces = events.map((line) => {
      const event: { choices?: { delta?: { content?: string } }[] } = JSON.parse(line.slice("data: ".length));
      return event.choices?.[0]?.delta?.content ?? "";
    });
    expect(pieces.join("")).toBe(ANSWER);
  });

  test("an agent answers the one-shot prompt that the deploy prints, as the runtime user", async () => {
    const { hermes_commands: commands } = await project.outputs("agent");
    expect(commands).toMatchObject({ oneShotTest: expect.stringContaining(" -z ") });
    const { oneShotTest } = Object(commands);
    const prompt = await run("sh", ["-c", String(oneShotTest)], { env: engine.environment });
    expect(prompt).toMatchObject({ code: 0, stdout: `${ANSWER}\n` });
    expect((await agent.exec("find", "/opt/data", "-user", "root")).stdout).toBe("");
  });

  test("Hermes gets every secret unchanged, whatever characters it has", async () => {
    const read = `
import os
from hermes_cli.env_loader import load_hermes_dotenv
load_hermes_dotenv()
print(os.environ["TOOL_TOKEN"], end="")
`;
    const { code, stdout, stderr } = await engine.tryDocker([
      ...["exec", "--user", "hermes", "--env", "HOME=/opt/data", "hermes"],
      ...["/opt/hermes/.venv/bin/python", "-c", read],
    ]);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: secrets.tool_token });
  });

  test("settings on the volume do not override the program's", async () => {
    const write = `
      cd /opt/data
      printf 'API_SERVER_KEY=another-key-of-the-volume\\nAPI_SERVER_PORT=9999\\n' > .env
      printf 'model:\\n  provider: auto\\n  default: another-model\\n' > config.yaml
      chown hermes:hermes .env config.yaml
    `;
    expect(await agent.exec("sh", "-c", write)).toMatchObject({ code: 0 });
    await engine.docker("restart", "hermes");
    await agent.answers(API_PORT, "/health");
    expect(await (await chat(false)).json()).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
    expect(model.chats.at(-1)).toMatchObject({ body: { model: "fake-1" } });
  });
});
