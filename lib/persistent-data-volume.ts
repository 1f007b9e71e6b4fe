import { Construct } from "constructs";
import type { DataSource } from "./agent/settings/agent-settings";
import { RUNTIME_ID_RANGE } from "./hermes/container-contract";
import { DATA_RULES, type DataRuleId } from "./rules/data";
import { type Acknowledgements, acknowledgeSchema, Review } from "./rules/review";
import { CREDENTIAL_RULES } from "./rules/secret";
import { refuseHiddenId } from "./support/construct-id";
import { credentialPlaces, textsIn } from "./support/credential-places";
import { refuse } from "./support/errors";
import { isUnresolved } from "./support/tokens";
import {
  anyText,
  confidential,
  lazily,
  literalText,
  mapOf,
  optional,
  propsSchema,
  validateProps,
  wholeNumber,
} from "./support/validation";
import { volumeName } from "./support/volume-name";

interface RuntimeUserProps {
  /**
   * User id that owns the data: 1 to 65534, or 1000 to 65534 before v2026.6.5. The image's runtime user gets it.
   * @default 10000
   */
  readonly uid?: number;
  /** Group id that owns the data, in the same range. @default 10000 */
  readonly gid?: number;
  /** Rules that may be broken here, each with the reason. @default - none */
  readonly acknowledge?: Acknowledgements<DataRuleId>;
}

/** A volume of the engine. */
export interface NamedVolumeProps extends RuntimeUserProps {
  /** Name of the engine's volume. An existing one is used, with its contents. */
  readonly name: string;
  /**
   * Volume driver, such as `local`. The name must then be a literal.
   * @default - a plain volume of the engine
   */
  readonly driver?: string;
  /** Options of the driver. The name must then be a literal. @default - none */
  readonly driverOptions?: { readonly [option: string]: string };
  readonly hostPath?: never;
}

/** A directory of the engine's host. */
export interface HostPathProps extends RuntimeUserProps {
  /** Absolute path of a directory on the engine's host. It has to exist before the first deploy. */
  readonly hostPath: string;
  readonly name?: never;
  readonly driver?: never;
  readonly driverOptions?: never;
}

/** A named volume or a directory of the host. */
export type PersistentDataVolumeProps = NamedVolumeProps | HostPathProps;

/**
 * Where an agent's `/opt/data` is stored. No plan destroys it. A plain named volume is mounted by its name and is not
 * a Terraform resource, so that moving, renaming or deleting a construct can't destroy it (`prevent_destroy` was seen
 * to fail there). Only a volume with driver options is a resource, and its name fixes its address.
 */
export class PersistentDataVolume extends Construct {
  /** The volume or the directory. */
  readonly source: DataSource;
  /** Owner of the data; undefined for the image's own 10000. */
  readonly uid: number | undefined;
  /** Group of the data; undefined for the image's own 10000. */
  readonly gid: number | undefined;

  constructor(scope: Construct, id: string, props: PersistentDataVolumeProps) {
    super(scope, id);
    refuseHiddenId(this);
    validateProps(this, SCHEMA, props);
    const { name, hostPath, driver, driverOptions } = props;
    if ((name === undefined) === (hostPath === undefined)) {
      refuse(this, [
        {
          prop: "name",
          problem: "there is neither a name nor a hostPath, or there are both",
          fix: "give exactly one of them",
        },
      ]);
    }
    const hasOptions = driver !== undefined || driverOptions !== undefined;
    if (hasOptions && (name === undefined || isUnresolved(name))) {
      const problem = "a volume with driver options needs a literal name, which fixes its Terraform address";
      refuse(this, [{ prop: "name", problem, fix: "write the name out" }]);
    }
    const { acknowledge, ...given } = props;
    new Review(this, acknowledge)
      .apply(DATA_RULES, { hostPath, driver, driverOptions })
      .apply(CREDENTIAL_RULES, credentialPlaces(this, { texts: [...textsIn(given)] }))
      .conclude();
    this.source =
      hostPath === undefined
        ? {
            kind: "volume",
            name: name ?? "",
            options: hasOptions
              ? { driver: driver ?? "local", driverOptions: driverOptions ?? {} }
              : undefined,
          }
        : { kind: "host-path", hostPath };
    this.uid = props.uid;
    this.gid = props.gid;
  }
}

const SCHEMA = lazily(() => {
  const runtimeId = wholeNumber(RUNTIME_ID_RANGE.min, RUNTIME_ID_RANGE.max, "");
  return propsSchema<{ [K in keyof NamedVolumeProps | keyof HostPathProps]: unknown }>({
    name: optional(volumeName()),
    hostPath: optional(anyText("an absolute path")),
    driver: optional(literalText(/^[a-z0-9][a-zA-Z0-9/:._-]*$/, "a volume driver, such as local")),
    driverOptions: optional(
      confidential(mapOf(/^\S+$/, "an option without blanks, such as type", anyText())),
    ),
    uid: optional(runtimeId),
    gid: optional(runtimeId),
    acknowledge: acknowledgeSchema({ ...DATA_RULES, ...CREDENTIAL_RULES }),
  });
});
