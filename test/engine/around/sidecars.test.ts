/** The example with sidecars, on the real engine. `surroundings.ts` says what is changed. */
import { randomBytes } from "node:crypto";
import { TURN_COMES_MS } from "../ports";
import { Surroundings } from "./surroundings";

let around: Surroundings;
beforeAll(async () => {
  around = await Surroundings.start();
}, TURN_COMES_MS);
afterEach(() => around.clean());
afterAll(() => around.stop());

test("sidecars: SearXNG and Camofox are reached by their names, with the agent's settings derived", async () => {
  const edits = [around.image("searxng/searxng"), around.image("ghcr.io/jo-inc/camofox-browser")];
  const made = await around.deployed("sidecars", edits, { searxng_secret: randomBytes(16).toString("hex") });
  await around.chooseModel("hermes");
  const env = await around.engine.docker(
    "exec",
    "hermes",
    "cat",
    "/run/s6/container_environment/CAMOFOX_URL",
  );
  expect(env).toBe("http://browser:9377");
  for (const url of ["http://search:8080/healthz", `${env}/health`])
    expect((await around.exec("hermes", "curl", "-fsS", url)).code).toBe(0);
  await made.holds({
    stacks: ["images", "sidecars", "agent"],
    agents: ["hermes"],
    beside: ["hermes-search", "hermes-browser"],
  });
});
