/** Further props that are right alone and wrong together. */
import { HermesTarget } from "../../lib";
import { type AgentProps, agent, newStack, refusalOf, rulesOf, warningsOf } from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const accepts = (props: AgentProps) => expect(agent(newStack(), props)).toBeDefined();
const model = { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1" };
const apiServer = (port?: number) => ({ apiServer: { key: "${var.key}", ...(port && { port }) } });
const networks = (...names: readonly string[]): AgentProps => ({
  target: HermesTarget.docker({ networks: names.map((name) => ({ name })) }),
});

test.each<[string, string, AgentProps]>([
  [
    "multiplexing by config",
    "secret-multiplexed",
    { ...apiServer(), config: { gateway: { multiplex_profiles: true } } },
  ],
  [
    "multiplexing with a key",
    "secret-multiplexed",
    { secrets: { GLM_API_KEY: "${var.k}" }, multiplexProfiles: true },
  ],
  ["an offset as time zone", "timezone-unknown", { env: { HERMES_TIMEZONE: "+01:00" } }],
  ["a city as time zone", "timezone-unknown", { config: { timezone: "Berlin" } }],
  [
    "two time zones",
    "timezone-duplicate",
    { env: { HERMES_TIMEZONE: "Asia/Tokyo" }, config: { timezone: "Europe/Berlin" } },
  ],
  ["the host's network", "docker-network-reserved", networks("host")],
  ["the host's network beside another one", "docker-network-reserved", networks("agents", "host")],
  ["no network", "docker-network-reserved", networks("none")],
  [
    "a created network with the host's name",
    "docker-network-reserved",
    { target: HermesTarget.docker({ networks: [{ name: "host", create: true }] }) },
  ],
  [
    "the default bridge with an alias",
    "docker-network-reserved",
    { target: HermesTarget.docker({ networks: [{ name: "bridge", aliases: ["hermes"] }] }) },
  ],
])("%s is refused by %s", (_, rule, props) => expect(rulesAgainst(props)).toEqual([rule]));

test.each<[string, AgentProps]>([
  ["two endpoints", { model, config: { model: { base_url: "http://old:1/v1" } } }],
  ["two providers", { model, config: { model: { provider: "openrouter" } } }],
  ["a model as one word", { model, config: { model: "gpt" } }],
])("%s cause a warning, because the prop wins", (_, props) => {
  expect(warningsOf(agent(newStack(), props))).toEqual([expect.stringContaining("config-duplicate-setting")]);
});

test("the network of another container is no network's name", () => {
  const { problems } = refusalOf(() => agent(newStack(), networks("container:db")));
  expect(problems).toMatchObject([
    { prop: "target.networks[0].name", allowed: expect.stringContaining("name") },
  ]);
});

test.each<[string, AgentProps]>([
  [
    "further settings of the model",
    { model, config: { model: { max_tokens: 1000, context_length: 65536 } } },
  ],
  ["a model in config alone", { config: { model: { provider: "openrouter", default: "m" } } }],
  ["multiplexing without secrets", { multiplexProfiles: true }],
  ["multiplexing that is off", { ...apiServer(), config: { gateway: { multiplex_profiles: false } } }],
  ["UTC as time zone", { env: { HERMES_TIMEZONE: "UTC" } }],
  ["an older name of a time zone", { config: { timezone: "Asia/Calcutta" } }],
  ["a time zone of the shell alone", { env: { TZ: "CET-1CEST" } }],
  ["a time zone that only Terraform knows", { env: { HERMES_TIMEZONE: "${var.zone}" } }],
  ["the default bridge and another network", networks("bridge", "agents")],
  ["a network whose name contains host", networks("ghost", "host-agents")],
  ["a network that only Terraform knows", networks("${docker_network.x.name}")],
])("%s are accepted", (_, props) => accepts(props));
