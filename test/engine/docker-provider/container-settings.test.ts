import { type Change, engine, IMAGE, type Resources, withProviders } from "./workspace";

const HEALTH = {
  test: ["CMD", "true"],
  interval: "1m30s",
  timeout: "30s",
  start_period: "3m0s",
  retries: 3,
};

/** A container that does nothing, and the address of its resource. */
const agent = (settings: object = {}): Resources => ({
  docker_container: {
    agent: { name: "agent", image: IMAGE, entrypoint: ["sleep"], command: ["infinity"], ...settings },
  },
});
const AGENT = "docker_container.agent";

const inspect = (format: string) => engine.docker("inspect", "--format", format, "agent");
const containerId = () => inspect("{{.Id}}");

const REPLACED: Change["actions"] = ["delete", "create"];
const inPlace = (...attributes: string[]) => ({ [AGENT]: { actions: ["update"], attributes } });

withProviders((workspace, version) => {
  test("a container with everything that the library sets has an empty plan afterwards", async () => {
    const full: Resources = {
      docker_network: { inner: { name: "inner" } },
      ...agent({
        env: ["A=1", "B=2"],
        labels: [{ label: "x", value: "y" }],
        mounts: [
          { type: "volume", source: "agent-data", target: "/opt/data" },
          { type: "bind", source: "/tmp", target: "/mnt/host", read_only: true },
        ],
        ports: [
          { internal: 80, external: 18080, ip: "127.0.0.1" },
          { internal: 443, external: 18443, ip: "127.0.0.1" },
        ],
        networks_advanced: [{ name: "${docker_network.inner.name}", aliases: ["helper"] }],
        host: [{ host: "other", ip: "10.1.2.3" }],
        restart: "unless-stopped",
        memory: 256,
        memory_swap: 256,
        shm_size: 128,
        init: false,
        cpu_period: 100000,
        cpu_quota: 50000,
        log_driver: "json-file",
        log_opts: { "max-size": "10m", "max-file": "5" },
        destroy_grace_seconds: 1,
        stop_timeout: 20,
        stop_signal: "SIGTERM",
        remove_volumes: false,
        healthcheck: HEALTH,
        upload: [{ file: "/etc/agent.conf", content: "x", permissions: "0644" }],
        hostname: "host",
        user: "0",
        working_dir: "/tmp",
        tmpfs: { "/run/x": "rw" },
        security_opts: ["no-new-privileges"],
        capabilities: { drop: ["CAP_NET_RAW"] },
        dns: ["10.0.0.53"],
        ulimit: [{ name: "nofile", soft: 1024, hard: 2048 }],
      }),
    };
    await workspace().apply(full);
    expect(await workspace().plan(full)).toEqual({});
    expect(await inspect("{{.State.Running}} {{.HostConfig.Memory}} {{.HostConfig.CpuQuota}}")).toBe(
      "true 268435456 50000",
    );
    const networks = JSON.parse(await inspect("{{json .NetworkSettings.Networks}}"));
    expect(Object.keys(networks)).toEqual(["inner"]);
    expect(networks.inner.Aliases).toContain("helper");
    await workspace().must("destroy", "-auto-approve");
    expect(await engine.docker("ps", "-aq")).toBe("");
  });

  test("values that the engine and the image choose are not a change", async () => {
    await workspace().apply(agent());
    expect(await workspace().plan(agent())).toEqual({});
    expect(workspace().state("docker_container", "agent")?.attributes).toMatchObject({
      log_driver: "json-file",
      shm_size: 64,
      init: false,
      restart: "no",
      network_mode: "bridge",
      remove_volumes: true,
    });
  });

  test.each([
    ["labels", { labels: [{ label: "x", value: "2" }] }],
    ["env", { env: ["A=2"] }],
    ["upload", { upload: [{ file: "/etc/x", content: "2" }] }],
    ["mounts", { mounts: [{ type: "volume", source: "v", target: "/w" }] }],
    ["command", { command: ["1000000"] }],
    ["stop_timeout", { stop_timeout: 9 }],
    ["ports", { ports: [{ internal: 80, external: 18081 }] }],
  ])("a change of %s replaces the container", async (name, change) => {
    const before = agent({
      labels: [{ label: "x", value: "1" }],
      env: ["A=1"],
      upload: [{ file: "/etc/x", content: "1" }],
    });
    const after = agent({ ...before["docker_container"]?.["agent"], ...change });
    await workspace().apply(before);
    const plan = await workspace().plan(after);
    expect(plan[AGENT]?.actions).toEqual(REPLACED);
    expect(plan[AGENT]?.attributes).toContain(name);
  });

  test.each([
    ["healthcheck", { healthcheck: { ...HEALTH, retries: 9 } }, "{{.Config.Healthcheck.Retries}}"],
    ["init", { init: true }, "{{.HostConfig.Init}}"],
    ["tmpfs", { tmpfs: { "/run/y": "rw" } }, "{{json .HostConfig.Tmpfs}}"],
  ])("a change of %s never reaches the container, and is planned again each time", async (name, change, format) => {
    await workspace().apply(agent({ healthcheck: HEALTH, tmpfs: { "/run/x": "rw" } }));
    const [id, before] = [await containerId(), await inspect(format)];
    const after = agent({ healthcheck: HEALTH, tmpfs: { "/run/x": "rw" }, ...change });
    expect(await workspace().plan(after)).toEqual(inPlace(name));
    await workspace().apply(after);
    expect(await workspace().plan(after)).toEqual(inPlace(name));
    expect([await containerId(), await inspect(format)]).toEqual([id, before]);
  });

  test("a change of the CPU's quota never reaches the container, and the next plan is empty", async () => {
    await workspace().apply(agent({ cpu_period: 100000, cpu_quota: 50000 }));
    const after = agent({ cpu_period: 200000, cpu_quota: 60000 });
    expect(await workspace().plan(after)).toEqual(inPlace("cpu_period", "cpu_quota"));
    await workspace().apply(after);
    expect(await workspace().plan(after)).toEqual({});
    expect(await inspect("{{.HostConfig.CpuPeriod}} {{.HostConfig.CpuQuota}}")).toBe("100000 50000");
  });

  test("cpus panics in 3.6.2 and works in 4.x", async () => {
    const limited = agent({ cpus: "0.5" });
    if (version === "3.6.2") {
      const error = await workspace().applyError(limited);
      expect(error).toMatch(/Plugin did not respond|Request cancelled/);
      expect(error).toContain("panic: interface conversion: interface {} is string, not float32");
      expect(await engine.docker("ps", "-aq")).toBe("");
    } else {
      await workspace().apply(limited);
      expect(await inspect("{{.HostConfig.NanoCpus}}")).toBe("500000000");
      expect(await workspace().plan(limited)).toEqual({});
    }
  });

  test("memory without a swap limit is planned again each time, and can't be raised above the engine's swap limit", async () => {
    const alone = agent({ memory: 64 });
    await workspace().apply(alone);
    expect(await workspace().plan(alone)).toEqual(inPlace("memory_swap"));
    await workspace().apply(alone);
    expect(await workspace().plan(alone)).toEqual(inPlace("memory_swap"));
    expect(await workspace().applyError(agent({ memory: 512 }))).toMatch(
      /Unable to update a container: Error response from daemon: .*[mM]emoryswap limit/,
    );
  });

  test("memory with a swap limit is raised and lowered in place", async () => {
    await workspace().apply(agent({ memory: 64, memory_swap: 64 }));
    const id = await containerId();
    for (const amount of [128, 96]) {
      const changed = agent({ memory: amount, memory_swap: amount, restart: "always" });
      await workspace().apply(changed);
      expect(await workspace().plan(changed)).toEqual({});
      expect(await inspect("{{.Id}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}")).toBe(
        `${id} ${amount * 1024 * 1024} always`,
      );
    }
  });

  test("ports are published on every interface unless an address is given", async () => {
    await workspace().apply(agent({ ports: [{ internal: 80, external: 18080 }] }));
    expect(await inspect("{{json .HostConfig.PortBindings}}")).toBe(
      '{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"18080"}]}',
    );
  });

  test("ports may be in any order", async () => {
    const unsorted = agent({
      ports: [
        { internal: 443, external: 18443 },
        { internal: 80, external: 18080 },
      ],
    });
    await workspace().apply(unsorted);
    expect(await workspace().plan(unsorted)).toEqual({});
  });

  test("capabilities without CAP_ replace the container each time", async () => {
    const short = agent({ capabilities: { drop: ["NET_RAW"] } });
    await workspace().apply(short);
    expect((await workspace().plan(short))[AGENT]?.actions).toEqual(REPLACED);
  });

  test.each([
    ["180s", "3m0s"],
    ["90s", "1m30s"],
    ["1500ms", "1.5s"],
  ])("the duration %s is planned again each time, because it differs from %s", async (written, printed) => {
    const [asWritten, asPrinted] = [written, printed].map((start_period) =>
      agent({ healthcheck: { ...HEALTH, start_period } }),
    );
    if (asWritten === undefined || asPrinted === undefined) throw new Error("two containers");
    await workspace().apply(asWritten);
    expect(await workspace().plan(asWritten)).toEqual(inPlace("healthcheck"));
    expect(await workspace().plan(asPrinted)).toEqual({});
  });

  test("a relative bind source is refused by the engine at apply", async () => {
    const relative = agent({ mounts: [{ type: "bind", source: "data", target: "/opt/data" }] });
    const error = await workspace().applyError(relative);
    expect(error).toContain("Unable to create container: Error response from daemon:");
    expect(error).toContain("must be absolute");
  });

  test("uploads belong to root, have their mode, and their folders are created", async () => {
    const upload = [
      { file: "/opt/managed/deep/.env", content: "A=1\n", permissions: "0640" },
      { file: "/opt/managed/plain", content_base64: "aGVsbG8=" },
      { file: "/opt/managed/script", content: "#!/bin/sh\n", executable: true },
    ];
    await workspace().apply(agent({ user: "10000", upload }));
    const stat = ["exec", "agent", "stat", "--format", "%U:%G %a %n"];
    const listed = await engine.docker(
      ...stat,
      "/opt/managed",
      "/opt/managed/deep",
      ...upload.map(({ file }) => file),
    );
    expect(listed.split("\n")).toEqual([
      "root:root 755 /opt/managed",
      "root:root 755 /opt/managed/deep",
      "root:root 640 /opt/managed/deep/.env",
      "root:root 644 /opt/managed/plain",
      "root:root 744 /opt/managed/script",
    ]);
    expect(await engine.docker("exec", "agent", "cat", "/opt/managed/plain")).toBe("hello");
  });

  test("an empty file can't be uploaded, and leaves a container that never started", async () => {
    const error = await workspace().applyError(agent({ upload: [{ file: "/etc/empty", content: "" }] }));
    expect(error).toContain("one of 'content', 'content_base64', or 'source' must be set");
    expect(workspace().state("docker_container", "agent")?.status).toBe("tainted");
    expect(await inspect("{{.State.Status}}")).toBe("created");
  });
});
