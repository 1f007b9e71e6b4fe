/** Accounts of image registries. */
import type { CapRoverSandbox } from "cdktf-hermes/testing";
import { finished } from "../../terraform";
import { describeInSandbox, scenes } from "../scene";

const registry = (name: string, domain: string, prefix: string) => `resource "caprover_registry" "${name}" {
  domain       = "${domain}"
  image_prefix = "${prefix}"
  username     = "${name}"
  password_wo  = "t0ken"
}
`;

describeInSandbox("a registry", () => {
  const scene = scenes();
  const listed = async () => (await scene.current.user.call("GET", "/user/registries")).data["registries"];
  const inserts = (captain: CapRoverSandbox) =>
    captain.requests.filter(({ path }) => path === "/user/registries/insert").length;

  it("a registry lets private images be pulled, and does not become the one that builds are pushed to", async () => {
    const { workspace, user, captain } = scene.current;
    captain.images.add("ghcr.test/me/app:v1", { credentials: { user: "me", password: "t0ken" } });
    const body = `resource "caprover_registry" "ghcr" {
  domain       = "ghcr.test"
  image_prefix = "me"
  username     = "me"
  password_wo  = "t0ken"
}
resource "caprover_app" "web" {
  name       = "web"
  image      = "ghcr.test/me/app:v1"
  depends_on = [caprover_registry.ghcr]
}
`;
    await workspace.apply(body);
    expect(captain.app("web").running).toHaveLength(1);
    const registries = async () => (await user.call("GET", "/user/registries")).data;
    expect((await registries())["defaultPushRegistryId"] ?? "").toBe("");
    expect(await workspace.rawState()).not.toContain("t0ken");
    expect((await workspace.plan(body)).code).toBe(0);
    const changed = await workspace.plan(body.replace('"t0ken"', '"0ther"'));
    expect(changed.output).toMatch(/password_wo_version\s+= 1 -> 2/);
    expect(changed.output).not.toContain("0ther");
    await workspace.destroy();
    expect((await registries())["registries"]).toEqual([]);
  });

  it("two accounts of one domain that are created at the same time have ids of their own", async () => {
    const { workspace, captain } = scene.current;
    const body = registry("me", "ghcr.test", "me") + registry("acme", "ghcr.test", "acme");
    await workspace.apply(body);
    const ids = await Promise.all(
      ["me", "acme"].map(async (name) => (await workspace.attributes(`caprover_registry.${name}`))["id"]),
    );
    expect(new Set(ids).size).toBe(2);
    expect((await workspace.plan(body)).code).toBe(0);
    expect(inserts(captain)).toBe(2);
    await workspace.write(body + registry("other", "ghcr.test", ""));
    const imported = await finished(
      workspace.start(["import", "-no-color", "caprover_registry.other", "ghcr.test"]),
    );
    expect(imported.output).toMatch(/2 accounts of "ghcr.test": import one by its\s+id/);
    await workspace.write(body);
    await workspace.destroy();
    expect(await listed()).toEqual([]);
  });

  it.each([
    "reset",
    "truncated",
    "hang",
  ] as const)("is made once, though the answer to its making is a %s", async (effect) => {
    const { workspace, captain } = scene.current;
    captain.faults.inject({ effect, path: "/user/registries/insert", at: "answer" });
    await workspace.apply(registry("me", "ghcr.test", "me"));
    expect(await listed()).toHaveLength(1);
    expect(inserts(captain)).toBe(1);
  });

  it("a registry is created when the first attempt never reached CapRover", async () => {
    const { workspace, captain } = scene.current;
    captain.faults.inject({ effect: "reset", path: "/user/registries/insert" });
    await workspace.apply(registry("me", "ghcr.test", "me"));
    expect(await listed()).toHaveLength(1);
  });

  it("a registry's domain that CapRover would store differently is refused before anything is written", async () => {
    const { workspace } = scene.current;
    for (const domain of ["https://ghcr.test", "HTTP://ghcr.test", " ghcr.test", "ghcr.test/", ""]) {
      const { code, output } = await workspace.plan(registry("me", domain, "me"));
      expect({ domain, code }).toEqual({ domain, code: 1 });
      expect(output).toMatch(/is no host of a\s+registry/);
    }
    expect(scene.current.writes()).toEqual([]);
    const body = registry("me", "registry.test:5000", "");
    await workspace.apply(body);
    expect((await workspace.plan(body)).code).toBe(0);
  });
});
