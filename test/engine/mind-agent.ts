/** An agent on the real Hermes with what a program declares of its data: the boot alone, without Terraform. */
import { bootFromVariable, bootScript } from "../../lib/boot/boot-script";
import {
  DECLARATION_VERSION,
  type Declaration,
  type DeclaredJob,
  type ProfileDeclaration,
  SKILLS_PATH,
} from "../../lib/boot/declaration";
import { eventually } from "../eventually";
import { Agent, API_ENVIRONMENT, API_KEY, API_PORT } from "./agent";
import { Engine } from "./engine";
import { FakeModel, type ModelRequest } from "./fake-model";

const TAG = "v2026.7.30";
const VOLUME = "agent-data";

export const engine = new Engine();
export const NAME = "agent";
/** The variable that carries the key. */
export const CARRIER = "CDKTF_HERMES_VALUE_KEY";
export let model: FakeModel;

beforeAll(async () => {
  model = await FakeModel.start("The model's answer.", engine.gateway);
});
afterAll(() => model.stop());
afterEach(() => engine.reset());

export const EVERY_MINUTE: DeclaredJob = {
  id: "c0ffee000001",
  name: "every minute",
  prompt: { value: "Say that the declared job runs." },
  schedule: { kind: "cron", expr: "* * * * *", display: "* * * * *" },
  deliver: { value: "local" },
  skills: [],
};

export interface Mind extends Partial<ProfileDeclaration> {
  readonly soul?: string;
  readonly modelName?: string;
}

function declarationOf({ soul = "You are the first.", modelName = "fake-1", ...part }: Mind): Declaration {
  const profile: ProfileDeclaration = {
    config: [
      { path: ["model", "provider"], value: "custom" },
      { path: ["model", "base_url"], value: model.baseUrl },
      { path: ["model", "default"], value: modelName },
      // Hermes does not read it from the managed scope.
      { path: ["skills", "external_dirs"], value: [`${SKILLS_PATH}/default`] },
    ],
    env: { API_SERVER_KEY: { from: CARRIER } },
    files: { "SOUL.md": { value: soul } },
    jobs: [],
    skills: {
      "weather/SKILL.md": {
        value: "---\nname: weather-of-the-program\ndescription: Says how the weather is.\n---\nLook out.\n",
      },
    },
    ownGateway: false,
    ...part,
  };
  return {
    version: DECLARATION_VERSION,
    profiles: { default: profile },
    secretFiles: {},
    dropped: [CARRIER],
  };
}

/** Deploys as CapRover does: a new container, with the boot in a variable, on the volume of the previous one. */
export async function deploy(mind: Mind = {}, key: string = API_KEY): Promise<Agent> {
  await engine.tryDocker(["rm", "--force", NAME]);
  const declaration = declarationOf(mind);
  return Agent.start(engine, TAG, {
    name: NAME,
    env: {
      API_SERVER_HOST: API_ENVIRONMENT.API_SERVER_HOST,
      [CARRIER]: JSON.stringify(key),
      ...bootFromVariable(bootScript({ merge: { declaration, dropped: declaration.dropped } })),
    },
    run: ["--volume", `${VOLUME}:/opt/data`],
  });
}

const MERGED = "[cdktf-hermes] merge: done";

/** Waits longer than other tests: it runs beside them, and a boot with jobs and skills is more work. */
export async function up(agent: Agent): Promise<void> {
  await eventually("the API server answers", 180, async () =>
    (await agent.fetch(API_PORT, "/health").catch(() => undefined))?.ok ? true : undefined,
  );
}

export async function merged(agent: Agent, times = 1): Promise<void> {
  await eventually(`the merge is done ${times} times`, 180, async () =>
    (await agent.logs()).split(MERGED).length > times ? true : undefined,
  );
}

export async function ask(agent: Agent, text: string): Promise<ModelRequest> {
  const before = model.chats.length;
  const response = await agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: text }] }),
  });
  expect(await response.text()).toContain(model.answer);
  const asked = model.chats[before];
  if (asked === undefined) throw new Error("the model was not asked");
  return asked;
}

export async function read(agent: Agent, path: string): Promise<string> {
  return (await agent.exec("cat", path)).stdout;
}

export async function jobsOf(agent: Agent): Promise<Record<string, unknown>[]> {
  return JSON.parse(await read(agent, "/opt/data/cron/jobs.json")).jobs;
}

export const bodyOf = ({ body }: ModelRequest) => JSON.stringify(body);
