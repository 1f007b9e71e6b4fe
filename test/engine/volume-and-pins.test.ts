import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinsOf } from "../../lib/agent/pins";
import type { AgentSettings } from "../../lib/agent/settings/agent-settings";
import { newestKnownRelease } from "../../lib/hermes/releases";
import { managedConfigFile, managedEnvFile } from "../../lib/targets/managed-files";
import { Engine } from "./engine";
import { standIn } from "./images";

const engine = new Engine();
afterEach(() => engine.reset());

const SCRIPT = readFileSync(join(__dirname, "volume-and-pins.py"), "utf8");

/** What earlier settings may have left on a volume. */
const VOLUME = {
  "config.yaml": `
model: { provider: custom, default: old, base_url: "http://old:8000/v1", api_key: old-key, context_length: 4096 }
base_url: http://older:8000/v1
telegram: { allow_from: ["999"], group_allow_from: ["999"], group_allowed_chats: ["-100"], allow_bots: all }
slack: { allow_bots: all }
discord: { allow_from: ["999"] }
`,
  ".env": ["TELEGRAM", "SLACK", "DISCORD"]
    .map((platform) => `${platform}_ALLOW_ALL_USERS=true\n${platform}_ALLOW_BOTS=all\n`)
    .concat("GATEWAY_ALLOWED_USERS=999\nGATEWAY_ALLOW_ALL_USERS=true\nTELEGRAM_GROUP_ALLOWED_CHATS=-100\n")
    .join(""),
};

const USERS = { telegram: "1", slack: "U1", discord: "5" };

const SETTINGS: AgentSettings = {
  model: { provider: "zai", name: "glm-5" },
  messaging: {
    telegram: { botToken: "t", allowedUsers: [USERS.telegram] },
    slack: { botToken: "b", appToken: "a", allowedUsers: [USERS.slack] },
    discord: { botToken: "d", allowedUsers: [USERS.discord] },
  },
};

const LISTS = Object.fromEntries(
  Object.entries(USERS).map(([platform, user]) => [`${platform.toUpperCase()}_ALLOWED_USERS`, user]),
);

const sources = Object.fromEntries(
  Object.entries(USERS).flatMap(([platform, user]) => {
    const group = { platform, chat_type: "group", chat_id: "-100" };
    return [
      [`${platform}: the user`, { platform, chat_type: "dm", chat_id: "c", user_id: user }],
      [`${platform}: a stranger`, { platform, chat_type: "dm", chat_id: "c", user_id: "999" }],
      [`${platform}: a stranger in a group`, { ...group, user_id: "999" }],
      [`${platform}: a bot`, { ...group, user_id: "998", is_bot: true }],
    ];
  }),
);

async function answerOf(managed: Readonly<Record<string, string>>): Promise<unknown> {
  const CASE = JSON.stringify({ HERMES_HOME: VOLUME, HERMES_MANAGED_DIR: managed, sources });
  const python = ["--entrypoint", "/opt/hermes/.venv/bin/python", standIn("v2026.7.20"), "-c", SCRIPT];
  return JSON.parse(await engine.docker("run", "--rm", "--env", `CASE=${CASE}`, ...python));
}

const KEY = "GLM_API_KEY='a-key-of-the-tests'\n";

test("the real Hermes lets in the users of the props alone, and sends the key to the model's own server", async () => {
  const pins = pinsOf({
    settings: SETTINGS,
    release: newestKnownRelease(),
    access: undefined,
    stopGraceSeconds: 45,
    plain: LISTS,
    secrets: [],
  });
  const managed = {
    ".env": managedEnvFile([], pins.variables) + KEY,
    "config.yaml": managedConfigFile(pins.config ?? {}),
  };
  expect(await answerOf(managed)).toEqual({
    letIn: ["telegram: the user", "slack: the user", "discord: the user"],
    baseUrl: "https://api.z.ai/api/paas/v4",
    apiKey: "a-key-of-the-tests",
  });
});

test("without what is off, the same volume lets strangers in and gets the key", async () => {
  const managed = {
    ".env": managedEnvFile([], LISTS) + KEY,
    "config.yaml": managedConfigFile({ model: { provider: "zai", default: "glm-5" } }),
  };
  expect(await answerOf(managed)).toMatchObject({
    letIn: expect.arrayContaining(["telegram: a stranger", "slack: a bot", "discord: a stranger in a group"]),
    baseUrl: "http://old:8000/v1",
    apiKey: "a-key-of-the-tests",
  });
});
