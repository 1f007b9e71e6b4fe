import { CapRoverSandbox } from "cdktf-hermes/testing";
import { CaptainClient } from "../../caprover-contract/captain-client";

it("an infra repo's own test runs a Hermes-like agent in the sandbox", async () => {
  const sandbox = await CapRoverSandbox.start({
    speed: 100,
    images: {
      "nousresearch/hermes-agent:v2026.7.30": {
        pullSeconds: 20,
        startSeconds: 8,
        stopSeconds: 12,
        volumes: ["/opt/data"],
        onStart: ({ mounts, startedAt }) => mounts["/opt/data"]?.set("state.db", startedAt.toISOString()),
        logLines: ({ args }) => [
          { line: "[stage2] Setup complete; starting user services" },
          ...(args?.[0] === "gateway" ? [{ afterSeconds: 8, line: "HERMES_DASHBOARD_READY port=9119" }] : []),
        ],
        ports: { 9119: ({ path }) => ({ status: 200, body: `Hermes ${path}` }) },
      },
    },
  });
  const client = new CaptainClient(sandbox.url, sandbox.password);
  await client.logIn();
  sandbox.faults.inject({ effect: "429", method: "POST", path: /\/register$/ });
  expect((await client.register("hermes", true)).http).toBe(429);
  expect((await client.register("hermes", true)).status).toBe(100);
  await sandbox.clock.until(() => sandbox.app("hermes").running.length === 1, 30);
  await sandbox.clock.advance(20);
  const serviceUpdateOverride = '{"TaskTemplate":{"ContainerSpec":{"Args":["gateway","run"]}}}';
  const volumes = [{ containerPath: "/opt/data", volumeName: "hermes-data" }];
  await client.patch("hermes", { instanceCount: 0, volumes, containerHttpPort: 9119, serviceUpdateOverride });
  await client.deployImage("hermes", "nousresearch/hermes-agent:v2026.7.30", "");
  await client.patch("hermes", { instanceCount: 1 });
  await sandbox.clock.advance(30);
  expect(sandbox.app("hermes").running[0]?.log.at(-1)?.line).toBe("HERMES_DASHBOARD_READY port=9119");
  expect(sandbox.volume("hermes-data")?.files.has("state.db")).toBe(true);
  expect(sandbox.overlaps).toEqual([]);
  await sandbox.stop();
});
