import { type Change, changesIn } from "../../lib/plan/changes";
import { type Effect, effectOf } from "../../lib/plan/effects";
import { changeOf, type Planned, planOf, REPLACED } from "./plans";

function changeIn(plan: ReturnType<typeof planOf>): Change {
  const changes = changesIn(plan);
  if (typeof changes === "string" || changes[0] === undefined) throw new Error(`no change: ${changes}`);
  return changes[0];
}

const effect = (type: string, planned: Planned) => effectOf(changeIn(planOf(changeOf(type, planned))));

const CONTAINER = { name: "hermes", memory: 1024, must_run: true };
const APP = { name: "hermes", instance_count: 1, description: "", ready: null, limits: null };

test.each<[what: string, type: string, planned: Planned, expected: Effect]>([
  ["nothing", "docker_container", { before: CONTAINER, after: CONTAINER, actions: ["no-op"] }, "none"],
  ["a container that is made", "docker_container", { after: CONTAINER }, "create"],
  ["a container that is destroyed", "docker_container", { before: CONTAINER }, "destroy"],
  [
    "a container that Terraform lets go of",
    "docker_container",
    { before: CONTAINER, actions: ["forget"] },
    "forget",
  ],
  [
    "a container that is destroyed first and then made",
    "docker_container",
    { before: CONTAINER, after: CONTAINER, actions: REPLACED },
    "replace",
  ],
  [
    "an image that is made first",
    "docker_image",
    { before: {}, after: {}, actions: ["create", "delete"] },
    "replace",
  ],
  [
    "a container with another memory limit, which the engine changes at once",
    "docker_container",
    { before: CONTAINER, after: { ...CONTAINER, memory: 2048 } },
    "update",
  ],
  [
    "a container that has stopped",
    "docker_container",
    { before: { ...CONTAINER, must_run: false }, after: CONTAINER },
    "start",
  ],
  [
    "an app with other limits",
    "caprover_app",
    { before: APP, after: { ...APP, limits: { memory_mib: 2048 } } },
    "restart",
  ],
  [
    "an app with another description, which CapRover saves like every setting",
    "caprover_app",
    { before: APP, after: { ...APP, description: "new" } },
    "restart",
  ],
  [
    "an app that the apply waits for in another way",
    "caprover_app",
    { before: APP, after: { ...APP, ready: { timeout_seconds: 5 } } },
    "update",
  ],
  [
    "an app whose address only the apply knows",
    "caprover_app",
    { before: { ...APP, url: "a" }, after: APP, after_unknown: { url: true } },
    "update",
  ],
  [
    "an app that is paused and stays so",
    "caprover_app",
    { before: { ...APP, instance_count: 0 }, after: { ...APP, instance_count: 0, description: "new" } },
    "update",
  ],
  [
    "a paused app that runs again",
    "caprover_app",
    { before: { ...APP, instance_count: 0 }, after: APP },
    "start",
  ],
  ["an app that is paused", "caprover_app", { before: APP, after: { ...APP, instance_count: 0 } }, "stop"],
  ["something else that changes", "docker_network", { before: { a: 1 }, after: { a: 2 } }, "update"],
])("%s", (_what, type, planned, expected) => {
  expect(effect(type, planned)).toBe(expected);
});

describe("the attributes that change", () => {
  const attributes = (planned: Planned, configuration?: object) =>
    changeIn({ ...planOf(changeOf("docker_container", planned)), ...(configuration && { configuration }) });
  const CONFIGURATION = {
    root_module: {
      resources: [{ address: "docker_container.hermes", expressions: { image: {}, name: {} } }],
    },
  };

  test("are those whose values differ, and a missing block is an empty one", () => {
    const change = attributes({
      before: { a: 1, b: null, c: [], d: { x: 1, y: 2 }, e: "kept" },
      after: { a: 2, b: [], c: null, d: { y: 2, x: 1 }, e: "kept", f: true },
    });
    expect(change.attributes).toEqual(["a", "f"]);
  });

  test("are of what only the apply knows those that the program gives", () => {
    const planned = {
      before: { image: "a", id: "1", bridge: "" },
      after: {},
      after_unknown: { image: true, id: true, bridge: true },
      actions: REPLACED,
    };
    expect(attributes(planned, CONFIGURATION).attributes).toEqual(["image"]);
    const inMap = { ...planned, address: 'docker_container.hermes["a.b"]' };
    expect(attributes(inMap, CONFIGURATION).attributes).toEqual(["image"]);
  });

  test("are listed apart if the object is replaced for them", () => {
    const change = attributes({
      before: { env: ["a"] },
      after: { env: ["b"] },
      actions: REPLACED,
      replace_paths: [["env"], ["mounts", 0, "source"], ["env"]],
    });
    expect(change.replacedBy).toEqual(["env", "mounts"]);
  });
});

test("a container that vanished is known by what the state has of it", () => {
  const drift = {
    address: "docker_container.hermes",
    change: { actions: ["delete"], before: CONTAINER, after: null },
  };
  const plan = { ...planOf(changeOf("docker_container", { after: CONTAINER })), resource_drift: [drift] };
  expect(changeIn(plan)).toMatchObject({ vanished: true, before: CONTAINER });
});

test("what is only read is no change", () => {
  const read = changeOf("terraform_remote_state", { mode: "data", after: {}, actions: ["read"] });
  expect(changesIn(planOf(read))).toEqual([]);
});
