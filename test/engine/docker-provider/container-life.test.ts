import { spawn } from "node:child_process";
import { eventually } from "../../eventually";
import { terraformProgram } from "../../terraform";
import { engine, IMAGE, type Resources, withProviders } from "./workspace";

const AGENT = "docker_container.agent";

/** A container with a shell script as its first process. */
const agent = (script: string, settings: object = {}): Resources => ({
  docker_container: {
    agent: { name: "agent", image: IMAGE, entrypoint: ["sh", "-c"], command: [script], ...settings },
  },
});
const IDLE = "exec sleep infinity";
/** Needs a second to write a trace of SIGTERM to its volume. */
const TIDY = "trap 'sleep 1; echo tidied > /data/trace; exit' TERM; while :; do sleep 0.1; done";
const DATA = { mounts: [{ type: "volume", source: "data", target: "/data" }] };
const HEALTHY = { test: ["CMD", "true"], interval: "1s", timeout: "5s" };
const UNHEALTHY = { ...HEALTHY, test: ["CMD", "false"] };

const inspect = (format: string) => engine.docker("inspect", "--format", format, "agent");
const containers = () => engine.docker("ps", "--all", "--format", "{{.Names}}");
/** What the container wrote to its volume. */
const trace = () =>
  engine.docker(
    ...["run", "--rm", "--entrypoint", "sh", "--volume", "data:/data", IMAGE],
    ...["-c", "cat /data/trace 2>/dev/null || echo untidy"],
  );

withProviders((workspace, version) => {
  describe("destroying", () => {
    test("destroying kills at once, whatever the stop timeout is", async () => {
      await workspace().apply(agent(TIDY, { ...DATA, stop_timeout: 20 }));
      await workspace().must("destroy", "-auto-approve");
      expect(await trace()).toBe("untidy");
    });

    test("destroying gives the process the grace to clean up", async () => {
      await workspace().apply(agent(TIDY, { ...DATA, destroy_grace_seconds: 20 }));
      await workspace().must("destroy", "-auto-approve");
      expect(await trace()).toBe("tidied");
    });

    test("replacing uses the grace of the prior state", async () => {
      await workspace().apply(agent(TIDY, DATA));
      await workspace().apply(agent(IDLE, { ...DATA, destroy_grace_seconds: 20 }));
      expect(await trace()).toBe("untidy");
    });

    test("destroying uses a grace that was changed in place", async () => {
      await workspace().apply(agent(TIDY, DATA));
      const graced = agent(TIDY, { ...DATA, destroy_grace_seconds: 20 });
      expect(await workspace().plan(graced)).toEqual({
        [AGENT]: { actions: ["update"], attributes: ["destroy_grace_seconds"] },
      });
      await workspace().apply(graced);
      expect(await workspace().plan(graced)).toEqual({});
      await workspace().must("destroy", "-auto-approve");
      expect(await trace()).toBe("tidied");
    });

    test.each([
      [undefined, 0],
      [true, 0],
      [false, 1],
    ])("destroying with remove_volumes %s leaves %s anonymous volumes, and all named ones", async (remove_volumes, left) => {
      const settings = { volumes: [{ container_path: "/anonymous" }], ...DATA };
      await workspace().apply(
        agent(IDLE, { ...settings, ...(remove_volumes !== undefined && { remove_volumes }) }),
      );
      await engine.docker("exec", "agent", "test", "-d", "/anonymous");
      const before = (await engine.docker("volume", "ls", "-q")).split("\n");
      await workspace().must("destroy", "-auto-approve");
      const after = (await engine.docker("volume", "ls", "-q")).split("\n");
      expect(after).toContain("data");
      const anonymous = (names: readonly string[]) => names.filter((name) => name !== "data").length;
      expect(anonymous(before)).toBeGreaterThan(0);
      expect(anonymous(after)).toBe(left === 0 ? 0 : anonymous(before));
    });
  });

  describe("a container that has stopped", () => {
    test(
      version === "3.6.2"
        ? "a plan deletes a container that has stopped"
        : "a plan keeps a container that has stopped, and the apply starts it",
      async () => {
        const idle = agent(IDLE);
        await workspace().apply(idle);
        const id = await inspect("{{.Id}}");
        await engine.docker("kill", "agent");
        const plan = await workspace().plan(idle);
        if (version === "3.6.2") {
          expect(plan[AGENT]?.actions).toEqual(["create"]);
          expect(await containers()).toBe("");
        } else {
          expect(plan).toEqual({ [AGENT]: { actions: ["update"], attributes: ["must_run"] } });
          expect(await containers()).toBe("agent");
        }
        await workspace().apply(idle);
        expect(await inspect("{{.State.Running}}")).toBe("true");
        expect((await inspect("{{.Id}}")) === id).toBe(version !== "3.6.2");
        expect(await workspace().plan(idle)).toEqual({});
      },
    );

    test("a container that has stopped and need not run stays unchanged", async () => {
      const optional = agent(IDLE, { must_run: false });
      await workspace().apply(optional);
      await engine.docker("kill", "agent");
      expect(await workspace().plan(optional)).toEqual({});
      expect(await containers()).toBe("agent");
    });

    test(
      version === "3.6.2"
        ? "a container that stops right after its start is deleted with an error"
        : "the next plan notices a container that stops right after its start",
      async () => {
        const ends = agent("exit 3");
        if (version === "3.6.2") {
          expect(await workspace().applyError(ends)).toContain("container exited immediately");
          expect(await containers()).toBe("");
        } else {
          await workspace().apply(ends);
          await engine.docker("wait", "agent");
          expect((await workspace().plan(ends))[AGENT]).toMatchObject({
            actions: ["update"],
            attributes: expect.arrayContaining(["must_run"]),
          });
        }
      },
    );
  });

  describe("waiting for health", () => {
    test("waiting for health ends when the container is healthy", async () => {
      const healthy = agent(IDLE, { healthcheck: HEALTHY, wait: true, wait_timeout: 30 });
      await workspace().apply(healthy);
      expect(await inspect("{{.State.Health.Status}}")).toBe("healthy");
      expect(await workspace().plan(healthy)).toEqual({});
    });

    test("waiting for health fails without a health check when the container runs", async () => {
      const error = await workspace().applyError(agent(IDLE, { wait: true }));
      expect(error).toContain(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined",
      );
      expect(workspace().state("docker_container", "agent")?.status).toBe("tainted");
    });

    test.each([
      ["never gets healthy", IDLE],
      ["has ended", "exit 1"],
    ])("waiting for health lasts until its timeout when the container %s, and leaves it tainted", async (_, script) => {
      const settings = { healthcheck: UNHEALTHY, wait: true, wait_timeout: 4 };
      const error = await workspace().applyError(agent(script, { ...settings, must_run: false }));
      expect(error).toContain("container failed to be in healthy state");
      expect(workspace().state("docker_container", "agent")?.status).toBe("tainted");
      const id = await inspect("{{.Id}}");
      await workspace().apply(agent(IDLE, { ...settings, healthcheck: HEALTHY }));
      expect(await inspect("{{.Id}}")).not.toBe(id);
    });

    test("a provider that is killed with Terraform leaves a container that is not in the state", async () => {
      const waiting = agent(IDLE, { healthcheck: UNHEALTHY, wait: true, wait_timeout: 60 });
      workspace().write(waiting);
      const { folder, env } = workspace();
      const apply = spawn(terraformProgram(), ["apply", "-auto-approve", "-input=false"], {
        cwd: folder,
        env,
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => apply.once("close", resolve));
      await eventually("the container runs", 30, async () =>
        (await engine.docker("ps", "-q")) === "" ? undefined : true,
      );
      apply.kill("SIGKILL");
      await ended;
      expect(await workspace().applyError(waiting)).toMatch(
        /Unable to create container: Error response from daemon: Conflict\. The container name "\/agent" is already in use by container/,
      );
      expect(await inspect("{{.State.Running}}")).toBe("true");
    });
  });

  test("a name in use is a conflict, with the engine's message", async () => {
    await engine.docker("create", "--name", "agent", IMAGE);
    expect(await workspace().applyError(agent(IDLE))).toContain(
      'Conflict. The container name "/agent" is already in use',
    );
  });

  test("a container that was removed by hand is created again", async () => {
    await workspace().apply(agent(IDLE));
    await engine.docker("rm", "--force", "agent");
    expect((await workspace().plan(agent(IDLE)))[AGENT]?.actions).toEqual(["create"]);
  });

  test("a port in use leaves a tainted container", async () => {
    const ports = ["--publish", "127.0.0.1:18099:80"];
    await engine.docker(
      "run",
      "--detach",
      "--name",
      "other",
      ...ports,
      "--entrypoint",
      "sleep",
      IMAGE,
      "infinity",
    );
    const error = await workspace().applyError(
      agent(IDLE, { ports: [{ internal: 80, external: 18099, ip: "127.0.0.1" }] }),
    );
    expect(error).toContain("Unable to start container: Error response from daemon:");
    expect(workspace().state("docker_container", "agent")?.status).toBe("tainted");
  });

  test("an imported container is identified by its id, and replaced because of settings that can't be read back", async () => {
    await engine.docker("run", "--detach", "--name", "agent", "--entrypoint", "sh", IMAGE, "-c", IDLE);
    const id = await inspect("{{.Id}}");
    const labelled = agent(IDLE, { labels: [{ label: "x", value: "y" }] });
    workspace().write(labelled);
    await workspace().must("import", AGENT, id);
    expect(workspace().state("docker_container", "agent")?.attributes).toMatchObject({
      id,
      name: "agent",
      image: IMAGE,
    });
    const plan = (await workspace().plan(labelled))[AGENT];
    expect(plan?.actions).toEqual(["delete", "create"]);
    expect(plan?.attributes).toContain("labels");
  });
});
