import { bootFromVariable, bootScript } from "../../../lib/boot/boot-script";
import { DECLARATION_PATH, type Declaration } from "../../../lib/boot/declaration";
import { plansAsMarkdown, plansAsText } from "../../../lib/operations/plan/plan-text";
import { plannedStack } from "../../../lib/operations/plan/planned-stack";
import type { SynthesizedStack } from "../../../lib/operations/stacks";
import { captainDefinitionWithFiles } from "../../../lib/targets/caprover/captain-definition";
import { changeOf, KINDS, planOf, REPLACED } from "../../plan/plans";
import { ON_CAPROVER, ON_DOCKER } from "../manifests";

const VOLUME = { name: "hermes-data" };

function stackOf(type: string, manifest = ON_DOCKER): SynthesizedStack {
  const resource = (path: string) => ({ "//": { metadata: { path } } });
  return {
    name: "agent",
    folder: "stacks/agent",
    dependsOn: ["images"],
    document: {
      resource: {
        [type]: { hermes: resource("agent/hermes/Default"), new: resource("agent/hermes/Default") },
        caprover_force_ssl: { ssl: resource("agent/hermes/force-ssl") },
      },
    },
    metadata: {},
    warnings: [],
    agents: [manifest],
  };
}

describe.each(Object.entries(KINDS))("an agent on %s", (kind, { type, on }) => {
  const manifest = kind === "docker" ? ON_DOCKER : ON_CAPROVER;
  const planned = (...changes: readonly object[]) =>
    plannedStack(stackOf(type, manifest), planOf(...changes));
  const change = (given: Parameters<typeof changeOf>[1]) => changeOf(type, given);
  const now = on(VOLUME);

  test("it is named by its construct and its place, and nothing happens to it", () => {
    expect(planned(change({ before: now, after: now, actions: ["no-op"] }))).toEqual({
      stack: "agent",
      dependsOn: ["images"],
      result: "planned",
      resources: [],
      agents: [
        {
          agent: "agent/hermes",
          name: "hermes",
          place: manifest.place,
          address: `${type}.hermes`,
          effect: "none",
          attributes: [],
          replacedBy: [],
          notes: [],
          data: "kept",
          failures: [],
        },
      ],
    });
  });

  test("it is new", () => {
    const { agents } = planned(change({ after: now }));
    expect(agents).toMatchObject([{ agent: "agent/hermes", effect: "create", data: "new", failures: [] }]);
  });

  test("its replacement for an upgrade keeps the data", () => {
    const { agents } = planned(
      change({
        before: now,
        after: on(VOLUME, { release: "v0.21.6" }),
        actions: REPLACED,
        replace_paths: [["labels"]],
      }),
    );
    expect(agents).toMatchObject([
      {
        effect: "replace",
        data: "kept",
        release: { before: "v2026.7.30", after: "v0.21.6" },
        failures: ["replace"],
      },
    ]);
  });

  test.each([
    ["another volume", on({ name: "other" }), "moved", ["data-move"]],
    ["an older release", on(VOLUME, { release: "v2026.6.5" }), "downgrade", ["downgrade"]],
    ["no data any more", { ...now, mounts: [], volumes: [] }, "unmounted", ["data-move"]],
  ])("it gets %s", (_what, after, data, failures) => {
    const { agents } = planned(change({ before: now, after }));
    expect(agents).toMatchObject([{ data, failures, why: expect.stringContaining(`${type}.hermes would`) }]);
  });

  test("its construct gets another name, which is one replacement of one agent", () => {
    const { agents, resources } = planned(
      change({ address: `${type}.old`, before: now }),
      change({ address: `${type}.new`, after: now }),
    );
    expect(resources).toEqual([]);
    expect(agents).toMatchObject([
      {
        agent: "agent/hermes",
        effect: "replace",
        data: "kept",
        notes: [`it was ${type}.old`],
        failures: ["destroy", "replace"],
      },
    ]);
  });

  test("it is moved by a moved block, which changes nothing", () => {
    const { agents } = planned(
      change({ before: now, after: now, actions: ["no-op"], previous_address: `${type}.old` }),
    );
    expect(agents).toMatchObject([{ effect: "none", notes: [`it was ${type}.old`], failures: [] }]);
  });

  test("it is no longer in the program, and its data stays behind", () => {
    const { agents } = planned(change({ address: `${type}.gone`, before: now }));
    expect(agents).toMatchObject([
      { name: "hermes", effect: "destroy", data: "abandoned", failures: ["destroy"] },
    ]);
    expect(agents[0]).not.toHaveProperty("agent");
  });

  test("Terraform lets go of it, and it goes on with its data", () => {
    const { agents } = planned(change({ address: `${type}.gone`, before: now, actions: ["forget"] }));
    expect(agents).toMatchObject([{ name: "hermes", effect: "forget", data: "kept", failures: [] }]);
  });

  test("it takes over what somebody made by hand", () => {
    const { agents } = planned(change({ before: now, after: now, importing: { id: "x" } }));
    expect(agents).toMatchObject([{ notes: ["Terraform takes it over"], data: "kept", failures: [] }]);
  });

  test("a name that must not be shown is not", () => {
    const secret = { ...now, name: "hidden-name" };
    const { agents } = planned(
      change({ address: `${type}.gone`, before: secret, before_sensitive: { name: true } }),
    );
    expect(JSON.stringify(agents)).not.toContain("hidden-name");
  });
});

describe("what stands beside an agent", () => {
  const { type, on } = KINDS.caprover;
  const now = on(VOLUME);
  const unchanged = changeOf(type, { before: now, after: now, actions: ["no-op"] });

  test("a redirect to https that is new saves the app, which restarts it", () => {
    const ssl = changeOf("caprover_force_ssl", {
      address: "caprover_force_ssl.ssl",
      after: { app: "hermes" },
    });
    const { agents, resources } = plannedStack(stackOf(type, ON_CAPROVER), planOf(unchanged, ssl));
    expect(agents).toMatchObject([
      { effect: "restart", notes: ["caprover_force_ssl.ssl changes, which saves the app"] },
    ]);
    expect(resources).toMatchObject([{ address: "caprover_force_ssl.ssl", effect: "create" }]);
  });

  test("a redirect of another app does not", () => {
    const ssl = changeOf("caprover_force_ssl", { after: { app: "other" } });
    const { agents } = plannedStack(stackOf(type, ON_CAPROVER), planOf(unchanged, ssl));
    expect(agents).toMatchObject([{ effect: "none" }]);
  });

  test("other resources are listed if something happens to them", () => {
    const { resources } = plannedStack(
      stackOf(type, ON_CAPROVER),
      planOf(
        unchanged,
        changeOf("docker_network", { address: "docker_network.a", before: { name: "a" } }),
        changeOf("docker_network", {
          address: "docker_network.b",
          before: {},
          after: {},
          actions: ["no-op"],
        }),
        changeOf("docker_image", { address: "docker_image.c", before: {}, deposed: "0a1b2c3d" }),
      ),
    );
    expect(resources).toMatchObject([
      { address: "docker_network.a", effect: "destroy", failures: ["destroy"] },
      { address: "docker_image.c", notes: ["an earlier replacement left it over"] },
    ]);
  });
});

test("a volume that is destroyed is the agent's data, also where it is a resource of its own", () => {
  const { type, on } = KINDS.docker;
  const now = on(VOLUME);
  const { agents, resources } = plannedStack(
    stackOf(type),
    planOf(
      changeOf(type, { before: now, after: now, actions: REPLACED }),
      changeOf("docker_volume", { address: "docker_volume.hermes_data_x", before: { name: "hermes-data" } }),
    ),
  );
  expect(agents).toMatchObject([{ data: "destroyed", failures: ["replace", "data-move"] }]);
  expect(resources).toMatchObject([{ failures: ["destroy", "data-move"] }]);
});

describe("a changed mind", () => {
  const declaration = (soul: string): Declaration => ({
    version: 1,
    profiles: {
      default: {
        config: [],
        env: {},
        files: { "SOUL.md": { value: soul } },
        jobs: [],
        skills: {},
        ownGateway: false,
      },
    },
    secretFiles: {},
    dropped: [],
  });
  const variable = (soul: string) =>
    bootFromVariable(bootScript({ merge: { declaration: declaration(soul), dropped: [] } }));
  const file = (soul: string) => [
    { path: DECLARATION_PATH, content: `${JSON.stringify(declaration(soul))}\n` },
  ];
  const WAYS = {
    "an upload on Docker": {
      ...KINDS.docker,
      with: (soul: string) => ({ upload: [{ file: DECLARATION_PATH, source_hash: soul }] }),
    },
    "the boot's variable on CapRover": {
      ...KINDS.caprover,
      with: (soul: string) => ({ environment: variable(soul) }),
    },
    "an image that CapRover builds": {
      ...KINDS.caprover,
      with: (soul: string) => ({ captain_definition: captainDefinitionWithFiles("a:b", file(soul)) }),
    },
  };

  test.each(Object.entries(WAYS))("is named as the reason of the restart: %s", (_, {
    type,
    on,
    with: having,
  }) => {
    const notes = (before: string, after: string) => {
      const change = {
        before: { ...on(VOLUME), ...having(before) },
        after: { ...on(VOLUME), ...having(after) },
      };
      const { agents } = plannedStack(
        stackOf(type),
        planOf(changeOf(type, { ...change, actions: ["update"] })),
      );
      return agents[0]?.notes;
    };
    expect(notes("You are Iris.", "You are Nova.")).toEqual(["mind changed: restart"]);
    expect(notes("You are Iris.", "You are Iris.")).toEqual([]);
  });
});

test("what is no plan is told", () => {
  expect(() => plannedStack(stackOf("docker_container"), {})).toThrow("this is not a plan");
});

describe("the values in a plan, which may be secrets,", () => {
  const SECRET = "hush-hush";
  const everywhere = {
    env: [`KEY=${SECRET}`],
    environment: { KEY: SECRET },
    upload: [{ file: "/etc/hermes/.env", content: SECRET }],
    command: [SECRET],
    image: SECRET,
    basic_auth: { user: SECRET },
    healthcheck: [{ test: [SECRET] }],
    [SECRET]: undefined,
  };

  test.each(Object.entries(KINDS))("are in no answer: an agent on %s", (_kind, { type, on }) => {
    const before = { ...on(VOLUME), ...everywhere };
    const after = { ...on({ name: SECRET }), ...everywhere, env: [`OTHER=${SECRET}`] };
    const hidden = { mounts: [{}, { source: true }], volumes: [{}, { name: true }], name: true };
    const network = changeOf("docker_network", { address: "docker_network.n", before: { name: SECRET } });
    const plan = {
      ...planOf(
        changeOf(type, {
          before: { ...before, name: SECRET },
          after: { ...after, name: SECRET },
          actions: REPLACED,
          replace_paths: [["env", 0, SECRET], ["labels"]],
          before_sensitive: hidden,
          after_sensitive: hidden,
        }),
        network,
      ),
      variables: { key: { value: SECRET } },
      prior_state: { values: { outputs: { key: { value: SECRET } } } },
      output_changes: { key: { before: SECRET, after: SECRET } },
    };
    const { agents, ...stack } = plannedStack({ ...stackOf(type), agents: [] }, plan);
    expect(agents).toMatchObject([{ data: "moved", attributes: expect.arrayContaining(["env"]) }]);
    const planned = { agents, ...stack };
    for (const answer of [
      JSON.stringify(planned),
      plansAsText([planned], ["data-move"]),
      plansAsMarkdown([planned], ["data-move"]),
    ])
      expect(answer).not.toContain(SECRET);
  });
});
