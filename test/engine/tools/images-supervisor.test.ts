/** What the stand-in for s6-overlay does at boot and at stop. In each case it does the same as the real one. */
import { eventually } from "../../eventually";
import { Agent, API_ENVIRONMENT, API_PORT, DASHBOARD_ENVIRONMENT, DASHBOARD_PORT } from "../agent";
import { Engine } from "../engine";
import type { Finished } from "../run";

const engine = new Engine();
const TAG = "v2026.7.30";
const SERVICES = "/etc/s6-overlay/s6-rc.d";
const IDLE = ["sleep", "infinity"];

interface Started {
  /** The work of the boot's hook, as shell code. */
  readonly hook?: string;
  readonly env?: { readonly [name: string]: string };
  readonly command?: readonly string[];
}

/** A container whose boot runs the script first. The hook reads it from a variable. */
function start({ hook, env = {}, command = IDLE }: Started): Promise<Agent> {
  const hooked = hook && {
    S6_STAGE2_HOOK: "sh /run/s6/container_environment/SCRIPT",
    SCRIPT: hook,
  };
  return Agent.start(engine, TAG, { name: "agent", command, env: { ...hooked, ...env } });
}

/** A script for the boot or the stop, which the hook writes. */
const script = (path: string, body: string) =>
  `mkdir -p "$(dirname ${path})"; printf '%s\\n' '#!/bin/sh' '${body}' > ${path}; chmod 755 ${path}\n`;

/** Waits until the container's command runs, which is after all services. */
async function booted(agent: Agent): Promise<void> {
  await eventually("the container's command runs", 60, async () =>
    (await agent.exec("pgrep", "--exact", "--ns", "1", "--full", "sleep infinity")).code === 0
      ? true
      : undefined,
  );
}

async function secondsToStop(agent: Agent, graceSeconds: number): Promise<{ seconds: number; code: number }> {
  const before = performance.now();
  const code = await agent.stop(graceSeconds);
  return { seconds: (performance.now() - before) / 1000, code };
}

const commands = ({ stdout }: Finished) => stdout.trim().split("\n");

afterEach(() => engine.reset());

describe("a stop", () => {
  test("a stop sleeps for the whole kill wait, even if nothing is left", async () => {
    const times: number[] = [];
    for (const wait of ["1000", "7000"]) {
      const agent = await start({ env: { S6_KILL_GRACETIME: wait } });
      await booted(agent);
      const { seconds, code } = await secondsToStop(agent, 60);
      expect(code).toBe(0);
      times.push(seconds);
      await engine.reset();
    }
    const [short = 0, long = 0] = times;
    expect(long - short).toBeGreaterThan(4);
  });

  test("a stop first ends services, then runs the stop scripts, then sends TERM to all other processes", async () => {
    const hook = script("/etc/cont-finish.d/10-look", "ps -eo args= >&2");
    const agent = await start({ hook, env: API_ENVIRONMENT, command: ["gateway", "run"] });
    await agent.answers(API_PORT, "/health");
    await agent.stop(60);
    const logs = await agent.logs();
    const [, atFinish = ""] = logs.split("cont-finish: info: running /etc/cont-finish.d/10-look");
    expect(logs).toMatch(/service dashboard: stopping[\s\S]*service legacy-cont-init: stopping/);
    // The services have ended. The gateway and the command still run and have got no signal yet.
    expect(atFinish).toContain("hermes gateway run --replace");
    expect(atFinish.match(/^sleep infinity$/gm)).toHaveLength(1);
    expect(logs.indexOf("signal=SIGTERM")).toBeGreaterThan(logs.indexOf("cont-finish: info"));
  });

  test("a stop waits for the dashboard without limit, and the gateway is killed without a signal before", async () => {
    const env = { ...API_ENVIRONMENT, ...DASHBOARD_ENVIRONMENT };
    const agent = await start({ env, command: ["gateway", "run"] });
    await agent.answers(DASHBOARD_PORT, "/api/status");
    await agent.answers(API_PORT, "/health");
    const socket = await agent.sendHalf();
    expect(await agent.stop(10)).toBe(137);
    socket.destroy();
    expect(await agent.logs()).not.toContain("signal=SIGTERM");
  });

  test("a stop kills the dashboard at its timeout-kill, and continues", async () => {
    const hook = `echo 2000 > ${SERVICES}/dashboard/timeout-kill`;
    const env = { ...API_ENVIRONMENT, ...DASHBOARD_ENVIRONMENT };
    const agent = await start({ hook, env, command: ["gateway", "run"] });
    await agent.answers(DASHBOARD_PORT, "/api/status");
    await agent.answers(API_PORT, "/health");
    const socket = await agent.sendHalf();
    expect(await agent.stop(60)).toBe(0);
    socket.destroy();
    expect(await agent.logs()).toContain("signal=SIGTERM");
  });

  test("a stop gives up at timeout-down, without the stop scripts", async () => {
    const hook =
      `echo 1000 > ${SERVICES}/main-hermes/timeout-down\n` +
      script(`${SERVICES}/main-hermes/run`, 'trap "" TERM; while :; do sleep 1; done') +
      script("/etc/cont-finish.d/10-never", "echo reached >&2");
    const agent = await start({ hook });
    await booted(agent);
    expect(await agent.stop(60)).toBe(0);
    expect(await agent.logs()).not.toContain("reached");
  });

  test("a stop has no limit for its scripts by default, and continues after one that fails", async () => {
    const hook =
      script("/etc/cont-finish.d/10-long", "sleep 5; echo long is done >&2") +
      script("/etc/cont-finish.d/20-bad", "exit 7") +
      script("/etc/cont-finish.d/30-last", "echo last is done >&2");
    const unlimited = await start({ hook });
    await booted(unlimited);
    await unlimited.stop(60);
    expect(await unlimited.logs()).toMatch(/long is done[\s\S]*last is done/);
    await engine.reset();

    const limited = await start({ hook, env: { S6_KILL_FINISH_MAXTIME: "1000" } });
    await booted(limited);
    await limited.stop(60);
    expect(await limited.logs()).toContain("last is done");
    expect(await limited.logs()).not.toContain("long is done");
  });

  test("a stop sends processes of docker exec one TERM after the scripts, and kills them after the wait", async () => {
    const hook = script("/etc/cont-finish.d/10-mark", "echo scripts are done >&2");
    const agent = await start({ hook });
    await booted(agent);
    const deaf = 'trap "echo TERM > /proc/1/fd/2" TERM; while :; do sleep 0.1; done';
    await engine.docker("exec", "--detach", "agent", "sh", "-c", deaf);
    expect(await agent.stop(60)).toBe(0);
    const logs = await agent.logs();
    expect(logs.match(/^TERM$/gm)).toHaveLength(1);
    expect(logs).toMatch(/scripts are done[\s\S]*^TERM$/m);
  });

  test("a stop waits for a boot that still runs", async () => {
    const hook = script("/etc/cont-init.d/00-slow", "sleep 6; echo boot script is done >&2");
    const agent = await start({ hook });
    await eventually("the script runs", 30, async () =>
      (await agent.logs()).includes("00-slow") ? true : undefined,
    );
    expect(await agent.stop(60)).toBe(0);
    expect(await agent.logs()).toMatch(/boot script is done[\s\S]*service legacy-cont-init: stopping/);
  });

  test("a boot script that hangs blocks a stop until the engine kills the container", async () => {
    const agent = await start({ hook: script("/etc/cont-init.d/00-hangs", "sleep infinity") });
    await eventually("the script runs", 30, async () =>
      (await agent.logs()).includes("00-hangs") ? true : undefined,
    );
    expect(await agent.stop(5)).toBe(137);
    expect(await agent.logs()).not.toContain("01-hermes-setup");
  });
});

describe("a boot", () => {
  test.each([
    [
      "a timeout-kill in a folder without type",
      `mkdir ${SERVICES}/other; echo 1 > ${SERVICES}/other/timeout-kill`,
    ],
    ["a timeout-kill that is no number", `echo 5s > ${SERVICES}/dashboard/timeout-kill`],
    ["an unknown name in a bundle", `touch ${SERVICES}/user/contents.d/nosuch`],
    ["an unknown name in dependencies", `touch ${SERVICES}/dashboard/dependencies.d/nosuch`],
    ["an unknown type", `echo shortrun > ${SERVICES}/dashboard/type`],
    ["a service without run", `rm ${SERVICES}/dashboard/run`],
  ])("a boot ends at %s: the container is up, and nothing runs in it", async (_, hook) => {
    const agent = await start({ hook });
    await eventually("the boot gives up", 30, async () =>
      (await agent.logs()).includes("s6-rc-compile: fatal") ? true : undefined,
    );
    expect(await agent.running()).toBe(true);
    expect(commands(await agent.exec("ps", "-eo", "comm="))).toEqual(["s6-svscan", "ps"]);
  });

  test("a boot accepts a timeout-kill without a final newline that only root can read", async () => {
    const file = `${SERVICES}/dashboard/timeout-kill`;
    await booted(await start({ hook: `printf 5000 > ${file}; chmod 600 ${file}` }));
  });

  test("a boot runs the hook first, as root, with PATH as its only variable", async () => {
    const hook = 'echo "hook: $(id -u) $PWD $(env | cut -d= -f1 | sort | tr "\\n" " ")" >&2';
    const agent = await start({ hook, env: { API_SERVER_HOST: "0.0.0.0" } });
    await booted(agent);
    expect(await agent.logs()).toMatch(
      /hook: 0 \/\S* (?:OLDPWD |PWD |_ )*PATH (?:PWD )?[\s\S]*01-hermes-setup/,
    );
    expect(await agent.logs()).not.toMatch(/hook: .*API_SERVER_HOST/);
  });

  test.each([
    ["splits the hook at blanks, and does not remove quotes", "sh -c 'echo reached'", false],
    ["expands nothing in the hook before it splits it", `sh -c echo\${IFS}reached`, true],
    ["evaluates a hook that begins with eval", "eval echo reached", true],
    ["continues after a hook that does not exist", "sh /nowhere", false],
  ])("a boot %s", async (_, hook, reached) => {
    const agent = await start({ env: { S6_STAGE2_HOOK: hook } });
    await booted(agent);
    expect(/^reached$/m.test(await agent.logs())).toBe(reached);
  });

  test("a boot ends at an exit inside a bare eval", async () => {
    const agent = await start({ env: { S6_STAGE2_HOOK: "eval exit 0" } });
    await agent.exec("sleep", "3");
    expect(commands(await agent.exec("ps", "-eo", "comm="))).toEqual(["s6-svscan", "ps"]);
  });

  test("a boot ends the container with the hook's exit code if a failure should end it", async () => {
    const agent = await start({ hook: "exit 42", env: { S6_BEHAVIOUR_IF_STAGE2_FAILS: "2" } });
    await engine.docker("wait", "agent");
    expect(await agent.inspect("{{.State.ExitCode}}")).toBe("42");
  });

  test("a boot continues after a boot script that fails", async () => {
    const agent = await start({ hook: script("/etc/cont-init.d/00-fails", "exit 3") });
    await booted(agent);
    expect(await agent.logs()).toContain("00-fails exited 3");
  });

  test("a boot gives variables to services only through with-contenv", async () => {
    const agent = await start({ env: { ...DASHBOARD_ENVIRONMENT, MARK: "of the test" } });
    await agent.answers(DASHBOARD_PORT, "/api/status");
    const look = `for p in /proc/[0-9]*; do grep -qz "^MARK=" $p/environ 2>/dev/null && cat $p/comm; done`;
    // Each user can read it only for their own processes.
    const holders = async (user: string) => {
      const exec = ["exec", "--user", user, "agent", "env", "-i", "/bin/sh", "-c", look];
      const names = (await engine.tryDocker(exec)).stdout.split("\n").filter((name) => name !== "");
      return [...new Set(names)].sort();
    };
    expect(await holders("hermes")).toEqual(["hermes", "s6-log", "sleep"]);
    expect(await holders("root")).toEqual(["sleep"]);
  });
});
