/** `toKeepHermesData`, on plans of the shapes that `terraform show -json` prints. */
import { hermesMatchers } from "cdktf-hermes/testing";
import { changeOf, KINDS, type Planned, planOf, REPLACED } from "../plan/plans";

expect.extend(hermesMatchers);

const VOLUME = { name: "hermes-data" };

describe.each(Object.entries(KINDS))("an agent on %s", (_target, { type, on }) => {
  const change = (planned: Planned) => changeOf(type, planned);
  const now = on(VOLUME);

  test.each<[what: string, readonly object[]]>([
    ["nothing changes", [change({ before: now, after: now, actions: ["no-op"] })]],
    ["it restarts with other settings", [change({ before: now, after: { ...now, memory: 2048 } })]],
    ["it is replaced on the same data", [change({ before: now, after: now, actions: REPLACED })]],
    [
      "it is upgraded",
      [change({ before: now, after: on(VOLUME, { release: "v0.21.6" }), actions: REPLACED })],
    ],
    ["it is new", [change({ after: now })]],
    [
      "it gets another name",
      [change({ before: now, after: on(VOLUME, { name: "ada" }), actions: REPLACED })],
    ],
    ["Terraform lets go of it", [change({ before: now, actions: ["forget"] })]],
    [
      "its path is spelt in another way",
      [
        change({
          before: on({ hostPath: "/srv/a" }),
          after: on({ hostPath: "/srv//a/" }),
          actions: REPLACED,
        }),
      ],
    ],
    [
      "its construct is renamed",
      [change({ address: `${type}.old`, before: now }), change({ address: `${type}.new`, after: now })],
    ],
    [
      "its construct and its name change",
      [
        change({ address: `${type}.old`, before: now }),
        change({ address: `${type}.new`, after: on(VOLUME, { name: "ada" }) }),
      ],
    ],
    [
      "another mount changes",
      [change({ before: now, after: JSON.parse(JSON.stringify(now).replaceAll('"work"', '"desk"')) })],
    ],
    [
      "a second agent comes",
      [
        change({ before: now, after: now, actions: ["no-op"] }),
        change({ address: `${type}.second`, after: on({ name: "second-data" }, { name: "second" }) }),
      ],
    ],
    [
      "what is left of an earlier replacement is removed",
      [change({ before: now, after: now, actions: ["no-op"] }), change({ before: now, deposed: "0a1b2c3d" })],
    ],
    [
      "other resources come and go",
      [
        change({ before: now, after: now, actions: ["no-op"] }),
        changeOf("docker_image", { before: { name: "a" }, actions: ["delete"] }),
        changeOf("docker_volume", { address: "docker_volume.cache", before: { name: "cache" } }),
      ],
    ],
  ])("passes when %s", (_what, changes) => {
    expect(planOf(...changes)).toKeepHermesData();
  });

  test.each<[what: string, readonly object[], message: RegExp]>([
    [
      "moves to another volume",
      [change({ before: now, after: on({ name: "other" }), actions: REPLACED })],
      /hermes would move from the volume "hermes-data" to the volume "other", without its data/,
    ],
    [
      "moves to another volume by an update",
      [change({ before: now, after: on({ name: "other" }) })],
      /the volume "hermes-data" to the volume "other"/,
    ],
    [
      "moves to a path",
      [change({ before: now, after: on({ hostPath: "/srv/a" }) })],
      /the volume "hermes-data" to the host path "\/srv\/a"/,
    ],
    [
      "moves to another path",
      [change({ before: on({ hostPath: "/srv/a" }), after: on({ hostPath: "/srv/a/b" }) })],
      /the host path "\/srv\/a" to the host path "\/srv\/a\/b"/,
    ],
    [
      "moves while its construct is renamed",
      [
        change({ address: `${type}.old`, before: now }),
        change({ address: `${type}.new`, after: on({ name: "other" }) }),
      ],
      /old would move from the volume "hermes-data" to the volume "other"/,
    ],
    [
      "mounts nothing at /opt/data any more",
      [change({ before: now, after: { ...now, mounts: [], volumes: [] } })],
      /would no longer mount its data, which stays on the volume "hermes-data"/,
    ],
    [
      "is removed",
      [change({ before: now })],
      /would be destroyed, and no agent gets its data, which stays on the volume "hermes-data"/,
    ],
    [
      "is removed beside a new one on other data",
      [
        change({ address: `${type}.old`, before: now }),
        change({ address: `${type}.new`, after: on({ name: "other" }, { name: "other" }) }),
      ],
      /old would be destroyed/,
    ],
    [
      "loses its mark and its volume",
      [
        change({
          before: now,
          after: { ...on({ name: "other" }), labels: [], tags: [] },
        }),
      ],
      /to the volume "other"/,
    ],
    [
      "is taken over from one without the mark, onto another volume",
      [change({ before: { ...now, labels: [], tags: [] }, after: on({ name: "other" }) })],
      /from the volume "hermes-data" to the volume "other"/,
    ],
    [
      "goes back to an older release on its data",
      [change({ before: on(VOLUME, { release: "v0.21.6" }), after: on(VOLUME), actions: REPLACED })],
      /would go back from v0\.21\.6 to v2026\.7\.30 on the same data/,
    ],
  ])("fails for an agent that %s", (_what, changes, message) => {
    const plan = planOf(...changes);
    expect(() => expect(plan).toKeepHermesData()).toThrow(message);
    expect(plan).not.toKeepHermesData();
  });

  test("an older release on a restored backup is a move, and no more", () => {
    const plan = planOf(
      change({
        before: on(VOLUME, { release: "v0.21.6" }),
        after: on({ name: "restored" }),
        actions: REPLACED,
      }),
    );
    expect(() => expect(plan).toKeepHermesData()).toThrow(/^(?!.*go back).*would move/s);
  });

  test("a place that only the apply knows is not taken for the same one", () => {
    const unknown = [{ source: true, name: true }, {}];
    const after = { ...now, mounts: [{ target: "/opt/data" }], volumes: [{ container_path: "/opt/data" }] };
    const plan = planOf(change({ before: now, after, after_unknown: { mounts: unknown, volumes: unknown } }));
    expect(() => expect(plan).toKeepHermesData()).toThrow("only the apply knows where it will be");
  });

  test("a sensitive path is not shown", () => {
    const marked = { mounts: [{}, { source: true }], volumes: [{}, { host_path: true }] };
    const plan = planOf(
      change({
        before: on({ hostPath: "/srv/a" }),
        after: on({ hostPath: "/srv/secret" }),
        after_sensitive: marked,
      }),
    );
    expect(() => expect(plan).toKeepHermesData()).toThrow(/^(?!.*\/srv\/).*\(sensitive\)/s);
  });

  test("an agent that vanished from its engine comes back on its data, or the plan fails", () => {
    const gone = { resource_drift: [change({ before: now })] };
    expect({ ...planOf(change({ after: now })), ...gone }).toKeepHermesData();
    const moved = { ...planOf(change({ after: on({ name: "other" }) })), ...gone };
    expect(() => expect(moved).toKeepHermesData()).toThrow(/to the volume "other"/);
  });
});

describe("data with a resource of its own", () => {
  const { on, type } = KINDS.docker;
  const agent = changeOf(type, { before: on(VOLUME), after: on(VOLUME), actions: ["no-op"] });
  const volume = (planned: Planned) =>
    changeOf("docker_volume", { address: "docker_volume.hermes_data_hermes-data", ...planned });
  const bound = { name: "hermes-data", driver_opts: { type: "none", o: "bind", device: "/srv/a" } };

  test.each([
    ["destroyed", { before: bound }],
    ["replaced", { before: bound, after: { ...bound, labels: [] }, actions: REPLACED }],
  ])("fails when the volume is %s", (_what, planned) => {
    const message = "docker_volume.hermes_data_hermes-data would be destroyed, and with it the data";
    expect(() => expect(planOf(volume(planned))).toKeepHermesData()).toThrow(message);
    expect(() => expect(planOf(agent, volume(planned))).toKeepHermesData()).toThrow(message);
  });

  test("fails when a volume of the user's own, which an agent mounts, is destroyed", () => {
    const plan = planOf(agent, changeOf("docker_volume", { address: "docker_volume.mine", before: bound }));
    expect(() => expect(plan).toKeepHermesData()).toThrow("docker_volume.mine would be destroyed");
  });

  test.each([
    ["created", { after: bound }],
    ["left alone", { before: bound, after: bound, actions: ["no-op"] }],
    ["forgotten", { before: bound, actions: ["forget"] }],
  ])("passes when the volume is %s", (_what, planned) => {
    expect(planOf(volume(planned))).toKeepHermesData();
    expect(planOf(agent, volume(planned))).toKeepHermesData();
  });

  test("a volume on a directory and that directory are one place", () => {
    const moved = changeOf(type, {
      before: on(VOLUME),
      after: on({ hostPath: "/srv/a" }),
      actions: REPLACED,
    });
    expect(planOf(moved, volume({ before: bound, actions: ["forget"] }))).toKeepHermesData();
    expect(planOf(moved)).not.toKeepHermesData();
  });

  test("a volume and its directory on the engine are one place", () => {
    const hostPath = "/var/lib/docker/volumes/hermes-data/_data";
    expect(planOf(changeOf(type, { before: on(VOLUME), after: on({ hostPath }) }))).toKeepHermesData();
  });
});

describe("an app on CapRover that destroys its volumes", () => {
  const { on, type } = KINDS.caprover;
  const now = { ...on(VOLUME), delete_volumes: true };

  test.each([
    ["destroyed", { before: now }],
    ["replaced", { before: now, after: now, actions: REPLACED }],
  ])("fails when it is %s", (_what, planned) => {
    const message =
      'caprover_app.hermes would be destroyed together with its data on the volume "hermes-data"';
    expect(() => expect(planOf(changeOf(type, planned))).toKeepHermesData()).toThrow(message);
  });

  test("passes when it is updated, and when its data is on a path", () => {
    expect(planOf(changeOf(type, { before: now, after: now }))).toKeepHermesData();
    const onPath = { ...on({ hostPath: "/srv/a" }), delete_volumes: true };
    expect(planOf(changeOf(type, { before: onPath, after: onPath, actions: REPLACED }))).toKeepHermesData();
  });
});

test("an agent that moves to another kind of engine does not count as kept", () => {
  const { docker, caprover } = KINDS;
  const plan = planOf(
    changeOf(docker.type, { before: docker.on(VOLUME) }),
    changeOf(caprover.type, { after: caprover.on(VOLUME) }),
  );
  expect(() => expect(plan).toKeepHermesData()).toThrow(
    "docker_container.hermes would be destroyed, and caprover_app.hermes takes its place without its data",
  );
});

test("a container that was made by hand with `volumes` is taken over on its volume, or the plan fails", () => {
  const { on, type } = KINDS.docker;
  const volumes = [{ container_path: "/opt/data", volume_name: "hermes-data", host_path: "" }];
  const before = { name: "hermes", labels: [], mounts: [], volumes };
  const taken = (name: string) => planOf(changeOf(type, { before, after: on({ name }), actions: REPLACED }));
  expect(taken("hermes-data")).toKeepHermesData();
  expect(taken("other")).not.toKeepHermesData();
});

describe("a release that only the image's name says", () => {
  const { on, type } = KINDS.docker;
  const running = (image: string) => {
    const { labels, ...rest } = on(VOLUME);
    return { ...rest, image, labels: labels.filter(({ label }) => label !== "cdktf-hermes.release") };
  };
  const plan = (before: string, after: string) =>
    planOf(changeOf(type, { before: running(before), after: running(after), actions: REPLACED }));
  const upstream = "nousresearch/hermes-agent";
  const digest = `sha256:${"0".repeat(64)}`;

  test.each([
    [`${upstream}:v2026.8.3`, `${upstream}:v2026.7.30`],
    [`${upstream}:v0.21.6@${digest}`, `${upstream}:v2026.9.24@${digest}`],
    ["localhost:5000/hermes:v2026.8.3", "localhost:5000/hermes:v2026.7.30"],
  ])("is compared: %s, %s", (before, after) => {
    expect(() => expect(plan(before, after)).toKeepHermesData()).toThrow("would go back");
    expect(plan(after, before)).toKeepHermesData();
  });

  test.each([
    [`${upstream}:v0.21.6`, "localhost:5000/hermes"],
    ["localhost/hermes-agent:0a1b2c3d", "localhost/hermes-agent:1a2b3c4d"],
    [digest, `${upstream}:v2026.7.30`],
    [`${upstream}:v2026.7.30`, `${upstream}:v2026.7.30`],
  ])("is not guessed: %s, %s", (before, after) => {
    expect(plan(before, after)).toKeepHermesData();
  });
});

test("anything except a complete plan with an agent fails", () => {
  expect(() => expect({}).toKeepHermesData()).toThrow("this is not a plan");
  expect(() => expect(planOf()).toKeepHermesData()).toThrow("the plan has no Hermes agent");
  const other = changeOf("docker_container", { before: { name: "db", labels: [], mounts: [] } });
  expect(() => expect(planOf(other)).toKeepHermesData()).toThrow("the plan has no Hermes agent");
  const { on } = KINDS.docker;
  const errored = { ...planOf(changeOf("docker_container", { after: on(VOLUME) })), errored: true };
  expect(errored).not.toKeepHermesData();
});

describe("an agent that the plan looks for on another engine or server", () => {
  beforeAll(() => {
    for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "CAPROVER_URL"]) delete process.env[name];
  });
  const manifest = (place: object) => JSON.stringify({ agent: "agent/hermes", name: "hermes", place });
  const plan = (type: keyof typeof KINDS, from: object, to: object, isFound = false) => {
    const now = KINDS[type].on(VOLUME);
    const resource = KINDS[type].type;
    const gone = { address: `${resource}.hermes`, change: { actions: ["delete"], before: now, after: null } };
    return {
      ...planOf(changeOf(resource, isFound ? { before: now, after: now } : { after: now })),
      resource_drift: isFound ? [] : [gone],
      output_changes: {
        hermes_manifest: {
          before: manifest({ kind: type, ...from }),
          after: manifest({ kind: type, ...to }),
        },
        url: { before: null, after: "x" },
      },
    };
  };
  const [ONE, TWO] = [{ host: "ssh://deploy@one.example.com" }, { host: "ssh://deploy@two.example.com" }];
  const [HERE, THERE] = [
    { url: "https://captain.one.example.com" },
    { url: "https://captain.two.example.com" },
  ];

  test.each<[keyof typeof KINDS, object, object, string]>([
    ["docker", ONE, TWO, "would move from the engine ssh://deploy@one.example.com to the engine ssh://"],
    ["docker", {}, TWO, "from the engine of this machine or of DOCKER_HOST to the engine ssh://"],
    ["docker", { context: "one" }, { context: "two" }, "from the engine of the Docker context one to"],
    ["caprover", HERE, THERE, "from the CapRover server https://captain.one.example.com to the CapRover"],
  ])("on %s, from %j to %j, loses its data", (kind, from, to, message) => {
    expect(() => expect(plan(kind, from, to)).toKeepHermesData()).toThrow(message);
  });

  test.each<[what: string, keyof typeof KINDS, object, object, boolean]>([
    ["the agent is there, so it is the same engine", "docker", ONE, TWO, true],
    ["only the user differs", "docker", ONE, { host: "ssh://greg@one.example.com" }, false],
    [
      "the address of this machine is written out",
      "docker",
      {},
      { host: "unix:///var/run/docker.sock" },
      false,
    ],
    ["a context may be the engine of an address", "docker", ONE, { context: "one" }, false],
    ["the address is secret", "docker", ONE, { host: null }, false],
    ["only the scheme differs", "caprover", HERE, { url: "http://captain.one.example.com/" }, false],
  ])("keeps its data where %s", (_what, kind, from, to, isFound) => {
    expect(plan(kind, from, to, isFound)).toKeepHermesData();
  });
});
