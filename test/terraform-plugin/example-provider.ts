/** A small provider whose server is a directory with one JSON file for each thing. */
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  bool,
  Decimal,
  definitions,
  dynamic,
  exactNumber,
  integer,
  list,
  listNestedBlock,
  map,
  nested,
  number,
  set,
  setNestedBlock,
  singleNestedBlock,
  string,
  TerraformError,
  UNKNOWN,
} from "../../lib/terraform-plugin";
import { computed, defaulted, optional, optionalComputed, required, writeOnly } from "./undescribed";

interface Stored {
  readonly size: number;
  readonly revision: number;
  readonly secret?: string;
}

class Directory {
  constructor(
    readonly path: string,
    readonly password: string,
  ) {}

  private file(name: string): string {
    return join(this.path, `${name}.json`);
  }

  async read(name: string): Promise<Stored | null> {
    try {
      const stored: Stored = JSON.parse(await readFile(this.file(name), "utf8"));
      return stored;
    } catch {
      return null;
    }
  }

  write(name: string, stored: Stored): Promise<void> {
    return writeFile(this.file(name), JSON.stringify(stored));
  }

  remove(name: string): Promise<void> {
    return rm(this.file(name), { force: true });
  }
}

const { resource, dataSource, ephemeralResource, provider } = definitions<Directory>();

const thing = resource({
  description: "A thing in the directory.",
  version: 2,
  stateUpgraders: {
    0: ({ title, ...state }) => ({ ...state, name: title ?? null }),
    1: (state) => ({ ...state, size: 7 }),
  },
  timeoutSeconds: { create: 60, delete: 60 },
  attributes: {
    name: required(string, {
      requiresReplace: true,
      validators: [
        (name) => (/^[a-z]+$/.test(name) ? undefined : `"${name}" may hold only lower-case letters`),
      ],
    }),
    size: defaulted(integer, 1),
    weight: optional(number),
    enabled: optional(bool),
    labels: optional(map(string)),
    tags: optional(set(string)),
    matrix: optional(list(list(integer))),
    ports: optional(
      list(
        nested({
          host: required(integer, {
            validators: [(port) => (port < 65536 ? undefined : `port ${port} is above 65535`)],
          }),
          protocol: defaulted(string, "tcp"),
          id: computed(string, { useStateForUnknown: true }),
        }),
      ),
    ),
    limits: optional(
      nested({ memory: required(integer), swap: optionalComputed(integer, { useStateForUnknown: true }) }),
    ),
    members: optional(set(nested({ who: required(string), role: defaulted(string, "reader") }))),
    big: optional(exactNumber),
    anything: optional(dynamic),
    token: optional(string, { sensitive: true }),
    secret: writeOnly(string),
    secret_version: optional(integer),
    label: optional(string, { deprecationMessage: "Use labels instead." }),
    color: optionalComputed(string, { useStateForUnknown: true }),
    fault: optional(string),
    id: computed(string, { useStateForUnknown: true }),
    revision: computed(integer),
  },
  blocks: {
    step: listNestedBlock({
      attributes: { run: required(string), shell: defaulted(string, "sh") },
      blocks: { option: setNestedBlock({ attributes: { key: required(string) } }) },
      maxItems: 3,
    }),
    mount: setNestedBlock({
      attributes: { target: required(string, { requiresReplace: true }), mode: defaulted(string, "rw") },
    }),
    health: singleNestedBlock({ attributes: { path: required(string), interval_s: defaulted(integer, 30) } }),
  },

  validateConfig(config, { diagnostics }) {
    if (typeof config.size === "number" && config.size < 0) {
      diagnostics.addError("size is negative", { detail: "Give a size of 0 or more.", path: ["size"] });
    }
  },
  modifyPlan({ size }, { requiresReplace, state: prior, diagnostics }) {
    if (typeof size === "number" && prior !== null && size < prior.size) {
      diagnostics.addWarning("A thing can't shrink, so it is replaced", { path: ["size"] });
      requiresReplace(["size"]);
    }
    return size === UNKNOWN ? undefined : {};
  },
  planDestroy({ label }, { diagnostics }) {
    if (label === "protected") diagnostics.addError("This thing is protected", { path: ["label"] });
  },
  async create(planned, { providerData: client, config, signal, saveState, privateState, log, diagnostics }) {
    const { name, size, fault } = planned;
    log.info("creating a thing", { name, password: client.password });
    if (fault === "throws")
      throw new TerraformError("The directory said no", { detail: "Ask again.", path: ["fault"] });
    if (fault === "leaks")
      throw new Error(`connect failed for ${client.password} and ${config.secret} and ${planned.token}`);
    if (fault === "hangs") await sleep(3_600_000, undefined, { signal });
    if (fault === "rejects elsewhere") {
      const leak = `stray: ${client.password} and ${config.secret} and ${planned.token}`;
      setTimeout(() => Promise.reject(new Error(leak)));
      console.table([leak]);
    }
    await client.write(name, {
      size,
      revision: 1,
      ...(config.secret === null ? {} : { secret: config.secret }),
    });
    saveState({ id: `id-${name}`, revision: 1 });
    if (fault === "halfway") throw new Error("the second step failed");
    if (fault === "waits") await sleep(3_600_000, undefined, { signal });
    if (fault === "ignores its signal") await sleep(3_600_000);
    if (fault === "tidies up") {
      await once(signal, "abort");
      await sleep(500);
      await client.write("tidied", { size: 0, revision: 0 });
    }
    const [, other] = /^meets (\w+)$/.exec(fault ?? "") ?? [];
    while (other !== undefined && (await client.read(other)) === null) await sleep(20, undefined, { signal });
    if (fault === "warns") diagnostics.addWarning("It went well, but look", { path: ["labels", "a"] });
    privateState.set("made-by", "create");
    const color = planned.color === UNKNOWN ? "red" : planned.color;
    return {
      id: `id-${name}`,
      revision: 1,
      color,
      ...(fault === "lies" ? { size: size + 1 } : {}),
      ports: planned.ports?.map((port) => ({ ...port, id: `port-${port.host}` })) ?? null,
      limits:
        planned.limits === null
          ? null
          : { ...planned.limits, swap: typeof planned.limits.swap === "number" ? planned.limits.swap : 0 },
    };
  },
  async read(state, { providerData: client, privateState }) {
    const stored = await client.read(state.name);
    if (stored === null) return null;
    if (stored.size === 99) throw new Error(`the private state says ${privateState.get("made-by")}`);
    return { ...state, size: stored.size, revision: stored.revision };
  },
  async update(planned, { providerData: client, config, state: prior, privateState }) {
    const revision = (prior.revision ?? 0) + 1;
    if (planned.fault === "throws")
      throw new Error(`update refused, private state ${privateState.get("made-by")}`);
    await client.write(planned.name, {
      size: planned.size,
      revision,
      ...(config.secret === null ? {} : { secret: config.secret }),
    });
    const color = planned.color === UNKNOWN ? "red" : planned.color;
    return {
      id: prior.id,
      revision,
      color,
      ports: planned.ports?.map((port) => ({ ...port, id: `port-${port.host}` })) ?? null,
      limits:
        planned.limits === null
          ? null
          : { ...planned.limits, swap: typeof planned.limits.swap === "number" ? planned.limits.swap : 0 },
    };
  },
  async delete({ name, fault }, { providerData: client, signal }) {
    if (fault === "stays") throw new Error("the thing does not want to go");
    if (fault === "hangs on delete") await sleep(3_600_000, undefined, { signal });
    await client.remove(name);
  },
  async importState(name, { providerData: client }) {
    const stored = await client.read(name);
    if (stored === null) throw new TerraformError(`There is no thing called ${name}`);
    return {
      ...EMPTY,
      name,
      size: stored.size,
      revision: stored.revision,
      id: `id-${name}`,
      color: "red",
    };
  },
});

const EMPTY = {
  weight: null,
  enabled: null,
  labels: null,
  tags: null,
  matrix: null,
  ports: null,
  limits: null,
  members: null,
  big: null,
  anything: null,
  token: null,
  secret_version: null,
  label: null,
  fault: null,
  step: [],
  mount: [],
  health: null,
};

/** It has no update, so every change replaces it. */
const marker = resource({
  timeoutSeconds: { create: 60 },
  attributes: { text: required(string), length: computed(exactNumber) },
  async create({ text }) {
    return { length: new Decimal(`${text.length}.12345678901234567890123`) };
  },
  async read(state) {
    return state;
  },
  async delete() {},
});

const lookup = dataSource({
  attributes: { name: required(string), fallback: defaulted(integer, -1), size: computed(integer) },
  async read({ name, fallback }, { providerData: client }) {
    return { size: (await client.read(name))?.size ?? fallback };
  },
});

const password = ephemeralResource({
  attributes: { length: defaulted(integer, 8), value: computed(string, { sensitive: true }) },
  async open({ length }, { privateState }) {
    privateState.set("opened", "yes");
    return { value: "e".repeat(length) };
  },
  async close({ privateState, providerData: client, signal }) {
    signal.throwIfAborted();
    await client.write("closed", { size: 0, revision: 0, secret: privateState.get("opened") ?? "" });
  },
});

export const example = provider({
  description: "Keeps things in a directory.",
  attributes: {
    directory: required(string),
    password: optional(string, { sensitive: true }),
  },
  configure({ directory, password }, { diagnostics }) {
    if (typeof directory !== "string")
      throw new TerraformError("The directory is not known yet", { path: ["directory"] });
    if (directory === "/") diagnostics.addWarning("That is a large directory", { path: ["directory"] });
    return new Directory(directory, typeof password === "string" ? password : "none");
  },
  resources: { example_thing: thing, example_marker: marker },
  dataSources: { example_lookup: lookup },
  ephemeralResources: { example_password: password },
});
