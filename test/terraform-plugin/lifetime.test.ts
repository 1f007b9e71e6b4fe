import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../eventually";
import { describeWithTerraform, finished } from "../terraform";
import { HURRIED, isAlive, thing, Workspace } from "./terraform";

jest.setTimeout(60_000);

/** The provider processes that a Terraform process started. */
function providersOf(terraform: ChildProcess): number[] {
  const threads = `/proc/${terraform.pid}/task`;
  const children = readdirSync(threads).map((thread) =>
    readFileSync(join(threads, thread, "children"), "utf8"),
  );
  return children.join(" ").split(/\s+/).filter(Boolean).map(Number);
}

describeWithTerraform("a provider's process under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.spawned();
  });
  afterEach(() => terraform.close());

  test("plan, apply, second plan and destroy work with mutual TLS and without", async () => {
    for (const environment of [{}, { TF_DISABLE_PLUGIN_TLS: "1" }]) {
      await terraform.write(thing("size = 2"));
      const applied = await terraform.runWith(environment, "apply", "-auto-approve");
      expect([applied.code, applied.output]).toEqual([0, expect.stringContaining("1 added")]);
      expect((await terraform.runWith(environment, "plan", "-detailed-exitcode")).code).toBe(0);
      expect((await terraform.runWith(environment, "destroy", "-auto-approve")).code).toBe(0);
    }
  });

  test("a process ends when Terraform shuts it down, and Terraform does not kill it", async () => {
    await terraform.write(thing(""));
    const { output } = await terraform.runWith({ TF_LOG: "debug" }, "plan");
    expect(output).toContain("plugin process exited");
    expect(output).not.toMatch(/plugin failed to exit gracefully|signal: killed/);
  });

  test("log entries reach Terraform's log at their level, without secrets", async () => {
    await terraform.write(thing(""), `password = "password-9"`);
    const { output } = await terraform.runWith({ TF_LOG_PROVIDER: "info" }, "apply", "-auto-approve");
    expect(output).toMatch(/\[INFO\] +provider.*creating a thing/);
    expect(output).toContain("(sensitive value)");
    expect(output).not.toContain("password-9");
  });

  test("an unhandled rejection fails no call, and its log entry holds no secrets", async () => {
    await terraform.write(
      thing(`token = "token-1234"\nsecret = "secret-5678"\nfault = "rejects elsewhere"`),
      `password = "password-9"`,
    );
    const { code, output } = await terraform.runWith({ TF_LOG_PROVIDER: "info" }, "apply", "-auto-approve");
    expect(code).toBe(0);
    expect(output).not.toContain("Plugin did not respond");
    const redacted = "stray: (sensitive value) and (sensitive value) and (sensitive value)";
    expect(output).toContain(`Error: ${redacted}`);
    expect(output).toContain(`'${redacted}'`);
    expect(output).not.toMatch(/token-1234|secret-5678|password-9/);
  });

  test("a state of more than ten megabytes is stored and read with mutual TLS", async () => {
    await writeFile(join(terraform.path, "large.txt"), "0123456789".repeat(1_200_000));
    await terraform.write(thing(`labels = { large = file("large.txt") }`));
    const applied = await terraform.run("apply", "-auto-approve");
    expect([applied.code, applied.output]).toEqual([0, expect.stringContaining("1 added")]);
    expect((await terraform.run("plan", "-detailed-exitcode")).code).toBe(0);
  });

  /** Starts an apply that creates its thing and then does not end. */
  async function stuck(
    fault: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly child: ChildProcess; readonly providers: readonly number[] }> {
    // An hour, so that the timeout does not end it.
    await terraform.write(thing(`fault = "${fault}"\ntimeouts {\n create = "1h"\n }`));
    const child = terraform.start(["apply", "-auto-approve", "-no-color"], environment);
    await eventually(
      "the thing exists",
      20,
      async () => (await terraform.stored("thinga")) !== null || undefined,
    );
    const providers = providersOf(child);
    expect(providers.length).toBeGreaterThan(0);
    expect(providers.every(isAlive)).toBe(true);
    return { child, providers };
  }

  test.each([
    "SIGINT",
    "SIGTERM",
  ] as const)("%s to all processes stops a create, and the state holds what it has saved", async (signal) => {
    const { child, providers } = await stuck("waits");
    const outcome = finished(child);
    process.kill(-(child.pid ?? 0), signal);
    const { code, output } = await outcome;
    expect(code).toBe(1);
    expect(output).toContain("Creating example_thing failed");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      status: "tainted",
      attributes: { id: "id-thinga" },
    });
    await eventually("the providers are gone", 20, async () => !providers.some(isAlive) || undefined);
  });

  test("SIGTERM to all processes lets a create finish that takes a moment to stop", async () => {
    const { child, providers } = await stuck("tidies up");
    const outcome = finished(child);
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await outcome;
    expect(await terraform.stored("tidied")).not.toBeNull();
    const { status, attributes } = (await terraform.state())["example_thing.a"] ?? {};
    expect([status, attributes]).toEqual([undefined, expect.objectContaining({ revision: 1, color: "red" })]);
    await eventually("the providers are gone", 20, async () => !providers.some(isAlive) || undefined);
  });

  test("a provider ends after Terraform was killed, and a running create may finish", async () => {
    const { child, providers } = await stuck("tidies up");
    child.kill("SIGKILL");
    await eventually("the orphans are gone", 20, async () => !providers.some(isAlive) || undefined);
    expect(await terraform.stored("tidied")).not.toBeNull();
  });

  test("a provider ends after Terraform was killed, even if a create ignores its signal", async () => {
    const { child, providers } = await stuck("ignores its signal", { NODE_OPTIONS: `--require=${HURRIED}` });
    child.kill("SIGKILL");
    await eventually("the orphans are gone", 20, async () => !providers.some(isAlive) || undefined);
  });
});
