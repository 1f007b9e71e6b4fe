/** The Hermes agents in a plan: what is, and what is to be. */
import { bootInVariable, partsOfBootScript } from "../boot/boot-script";
import { DECLARATION_PATH } from "../boot/declaration";
import { DATA_PATH, RELEASE_LABEL } from "../hermes/container-contract";
import { parseRelease, type Release } from "../hermes/releases";
import { normalHostPath } from "../support/host-path";
import { taggedImage } from "../support/image-reference";
import { type Document, record, records, strings, textOf } from "../support/json-document";
import { AGENT_TAG } from "../targets/caprover/target";
import { SETTINGS_LABEL } from "../targets/docker/unapplied-settings";
import { VOLUME_ADDRESS_PREFIX } from "../targets/docker/volume";
import { VOLUMES_PATH } from "../targets/target";
import { type Change, holdsTrue } from "./changes";
import { containerOverride } from "./container-override";

export interface PlannedAgent {
  /** Of the container or app. */
  readonly change: Change;
  readonly before: Deployed | undefined;
  readonly after: Deployed | undefined;
  /** The volume is destroyed together with the app. */
  readonly destroysData: boolean;
}

/** An agent at one point of time. */
export interface Deployed {
  /** Name of the container or of the app. */
  readonly name: string | undefined;
  readonly data: Data | undefined;
  readonly release: Release | undefined;
  /** The same for the same declaration of its data; undefined if it has none. */
  readonly declaration: string | undefined;
}

export interface Data {
  /** As a message shows it. */
  readonly text: string;
  /** Equal for equal places; undefined for a place that only the apply knows. */
  readonly place: string | undefined;
}

/** @param changes of a whole plan */
export function agentsIn(changes: readonly Change[]): readonly PlannedAgent[] {
  const current = changes.filter(({ deposed }) => !deposed);
  const devices = devicesIn(current);
  return current.flatMap((change) => agentIn(change, devices));
}

/** The agent that a new address continues: the one with its name, or else the one with its data. */
export function successorOf(
  { change, before }: PlannedAgent,
  agents: readonly PlannedAgent[],
): PlannedAgent | undefined {
  const made = agents.filter(
    (other) => other.change.type === change.type && other.before === undefined && other.after !== undefined,
  );
  return (
    made.find(({ after }) => after?.name !== undefined && after.name === before?.name) ??
    made.find(({ after }) => after?.data?.place !== undefined && after.data.place === before?.data?.place)
  );
}

type Devices = ReadonlyMap<string, string>;

function agentIn(change: Change, devices: Devices): readonly PlannedAgent[] {
  const kind = KINDS[change.type];
  const { actions, before, after } = change;
  const isAgent = [before, after].some((attributes) => attributes && kind?.isAgent(attributes));
  if (kind === undefined || !isAgent) return [];
  const deployed = (attributes: Document | undefined, isPlanned: boolean): Deployed | undefined =>
    attributes && {
      name: textOf(attributes["name"]),
      data: dataOf(kind, change, attributes, isPlanned, devices),
      declaration: kind.declaration(attributes),
      release: parseRelease(
        kind.release(attributes) ?? taggedImage(textOf(attributes["image"]) ?? "")?.tag ?? "",
      ),
    };
  const destroysData = actions.includes("delete") && before !== undefined && kind.destroysData(before);
  return [{ change, before: deployed(before, false), after: deployed(after, true), destroysData }];
}

function dataOf(
  { mounts, attribute }: Kind,
  { unknown, sensitive }: Change,
  attributes: Document,
  isPlanned: boolean,
  devices: Devices,
): Data | undefined {
  const [mount] = mounts(attributes).filter(({ target }) => target && normalHostPath(target) === DATA_PATH);
  const isHidden = sensitive.some((marks) => holdsTrue(marks[attribute]));
  if (isPlanned && mount?.source === undefined && holdsTrue(unknown[attribute]))
    return { text: "a place that only the apply knows", place: undefined };
  if (mount?.source === undefined) return undefined;
  const { source, isVolume } = mount;
  const kind = isVolume ? "the volume" : "the host path";
  return {
    text: `${kind} ${isHidden ? "(sensitive)" : JSON.stringify(source)}`,
    place: normalHostPath(isVolume ? (devices.get(source) ?? `${VOLUMES_PATH}/${source}/_data`) : source),
  };
}

interface Mount {
  readonly target: string | undefined;
  readonly source: string | undefined;
  readonly isVolume: boolean;
}

/** How a type of resource says what the check looks at. */
interface Kind {
  /** The attribute that names volumes and paths. */
  readonly attribute: string;
  isAgent(attributes: Document): boolean;
  mounts(attributes: Document): readonly Mount[];
  release(attributes: Document): string | undefined;
  /** What is declared of the data, in a form in which equal ones are equal. */
  declaration(attributes: Document): string | undefined;
  /** Whether the data is destroyed together with the resource. */
  destroysData(attributes: Document): boolean;
}

const KINDS: Readonly<Record<string, Kind>> = {
  docker_container: {
    attribute: "mounts",
    isAgent: ({ labels }) => records(labels).some(({ label }) => label === SETTINGS_LABEL),
    mounts: ({ mounts, volumes }) => [
      ...records(mounts).map(({ target, source, type }) => ({
        target: textOf(target),
        source: textOf(source),
        isVolume: type !== "bind",
      })),
      // Of a container that this library did not make.
      ...records(volumes).map((volume) => mountOf(volume, "volume_name")),
    ],
    release: ({ labels }) => textOf(records(labels).find(({ label }) => label === RELEASE_LABEL)?.["value"]),
    declaration: ({ upload }) =>
      textOf(records(upload).find(({ file }) => file === DECLARATION_PATH)?.["source_hash"]),
    destroysData: () => false,
  },
  caprover_app: {
    attribute: "volumes",
    isAgent: ({ tags }) => strings(tags).includes(AGENT_TAG),
    mounts: ({ volumes }) => records(volumes).map((volume) => mountOf(volume, "name")),
    release: (app) => textOf(record(containerOverride(app["service_override"])["Labels"])[RELEASE_LABEL]),
    declaration: ({ environment, captain_definition }) => {
      const { files } = partsOfBootScript(bootInVariable(record(environment)));
      const inVariable = files.find(({ path }) => path === DECLARATION_PATH)?.content;
      const built = (textOf(captain_definition) ?? "")
        .split('"')
        .filter((line) => line.includes(DECLARATION_PATH));
      return inVariable ?? (built.length > 0 ? built.join("\n") : undefined);
    },
    destroysData: (app) =>
      app["delete_volumes"] === true &&
      records(app["volumes"]).some(
        (volume) => volume["container_path"] === DATA_PATH && textOf(volume["name"]) !== undefined,
      ),
  },
};

function mountOf(volume: Document, nameAttribute: string): Mount {
  const name = textOf(volume[nameAttribute]);
  const target = textOf(volume["container_path"]);
  return { target, source: name ?? textOf(volume["host_path"]), isVolume: name !== undefined };
}

/** Directories behind volumes with driver options, by the volume's name. */
function devicesIn(changes: readonly Change[]): Devices {
  const devices = new Map<string, string>();
  for (const { type, before, after } of changes) {
    const volume = type === "docker_volume" ? (before ?? after) : undefined;
    const name = textOf(volume?.["name"]);
    const device = textOf(record(volume?.["driver_opts"])["device"]);
    if (name !== undefined && device?.startsWith("/")) devices.set(name, device);
  }
  return devices;
}

/** Whether it is the resource of a volume with an agent's data. */
export function isDataVolume(change: Change, agents: readonly PlannedAgent[]): boolean {
  if (change.type !== "docker_volume" || change.deposed) return false;
  const isOfDataVolume = change.address.split(".").at(-1)?.startsWith(VOLUME_ADDRESS_PREFIX) === true;
  return isOfDataVolume || agentsOn(change, agents).length > 0;
}

/** The agents that have their data on the volume. */
export function agentsOn({ before }: Change, agents: readonly PlannedAgent[]): readonly PlannedAgent[] {
  const text = `the volume ${JSON.stringify(before?.["name"])}`;
  return agents.filter((agent) => agent.before?.data?.text === text);
}
