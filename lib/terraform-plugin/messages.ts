/** The messages of Terraform's plugin protocol 6, as far as this library uses them. */
import {
  bool,
  bytes,
  type Decoded,
  type Encodable,
  embedded,
  explicit,
  type Field,
  field,
  int64,
  type Message,
  map,
  message,
  repeated,
  string,
} from "./protobuf";

/** A message without fields. */
export const Empty = message({});

/** A Terraform value: msgpack in requests, JSON in stored state. */
const DynamicValue = message({ msgpack: field(1, bytes), json: field(2, bytes) });

/** One step of a path: the name of an attribute, a key of a map, or an index of a list. */
export const AttributePathStep = message({
  attribute_name: explicit(1, string),
  element_key_string: explicit(2, string),
  element_key_int: explicit(3, int64),
});
/** A path in a value. */
export const AttributePath = message({ steps: repeated(1, () => AttributePathStep) });

/** The severities of a diagnostic, by number. */
export const SEVERITY = { error: 1, warning: 2 } as const;
/** An error or a warning. */
export const Diagnostic = message({
  severity: field(1, int64),
  summary: field(2, string),
  detail: field(3, string),
  attribute: embedded(4, () => AttributePath),
});
const diagnostics = (number: number) => repeated(number, () => Diagnostic);
const dynamicValue = (number: number) => embedded(number, () => DynamicValue);

/** How objects are nested in an attribute or block, by number. */
export const NESTING = { single: 1, list: 2, set: 3, map: 4 } as const;

export interface AttributeMessage {
  readonly name: string;
  /** The type as JSON text; empty where `nested_type` is given. */
  readonly type?: Uint8Array | undefined;
  readonly nested_type?: NestedTypeMessage | undefined;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
  readonly sensitive?: boolean | undefined;
  readonly deprecated?: boolean | undefined;
  readonly write_only?: boolean | undefined;
}
export interface NestedTypeMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly nesting: number;
}
export interface BlockMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly block_types: readonly NestedBlockMessage[];
  readonly description?: string | undefined;
  readonly deprecated?: boolean | undefined;
}
export interface NestedBlockMessage {
  readonly type_name: string;
  readonly block?: BlockMessage | undefined;
  readonly nesting: number;
  readonly min_items: number;
  readonly max_items: number;
}

const repeatedAttributes: Field<readonly AttributeMessage[]> = repeated(2, () => Attribute);
const Attribute: Message<AttributeMessage, AttributeMessage> = message({
  name: field(1, string),
  type: field(2, bytes),
  description: field(3, string),
  required: field(4, bool),
  optional: field(5, bool),
  computed: field(6, bool),
  sensitive: field(7, bool),
  deprecated: field(9, bool),
  nested_type: embedded(10, () => NestedType),
  write_only: field(11, bool),
});
const NestedType: Message<NestedTypeMessage, NestedTypeMessage> = message({
  attributes: repeated(1, () => Attribute),
  nesting: field(3, int64),
});
const Block: Message<BlockMessage, BlockMessage> = message({
  attributes: repeatedAttributes,
  block_types: repeated(3, () => NestedBlock),
  description: field(4, string),
  deprecated: field(6, bool),
});
const NestedBlock: Message<NestedBlockMessage, NestedBlockMessage> = message({
  type_name: field(1, string),
  block: embedded(2, () => Block),
  nesting: field(3, int64),
  min_items: field(4, int64),
  max_items: field(5, int64),
});
/** The schema of a provider, resource, data source or ephemeral resource. */
export const Schema = message({ version: field(1, int64), block: embedded(2, () => Block) });

const ServerCapabilities = message({
  plan_destroy: field(1, bool),
  get_provider_schema_optional: field(2, bool),
});
const ClientCapabilities = message({
  deferral_allowed: field(1, bool),
  write_only_attributes_allowed: field(2, bool),
});
const clientCapabilities = (number: number) => embedded(number, () => ClientCapabilities);

/** Each call's request and response, by the call's name in the service `tfplugin6.Provider`. */
export const calls = {
  GetProviderSchema: {
    request: message({}),
    response: message({
      provider: embedded(1, () => Schema),
      resource_schemas: map(2, () => Schema),
      data_source_schemas: map(3, () => Schema),
      diagnostics: diagnostics(4),
      server_capabilities: embedded(6, () => ServerCapabilities),
      ephemeral_resource_schemas: map(8, () => Schema),
    }),
  },
  ValidateProviderConfig: {
    request: message({ config: dynamicValue(1) }),
    response: message({ diagnostics: diagnostics(2) }),
  },
  ConfigureProvider: {
    request: message({ terraform_version: field(1, string), config: dynamicValue(2) }),
    response: message({ diagnostics: diagnostics(1) }),
  },
  StopProvider: {
    request: message({}),
    response: message({ Error: field(1, string) }),
  },
  ValidateResourceConfig: {
    request: message({
      type_name: field(1, string),
      config: dynamicValue(2),
      client_capabilities: clientCapabilities(3),
    }),
    response: message({ diagnostics: diagnostics(1) }),
  },
  UpgradeResourceState: {
    request: message({
      type_name: field(1, string),
      version: field(2, int64),
      raw_state: embedded(3, () => message({ json: field(1, bytes) })),
    }),
    response: message({ upgraded_state: dynamicValue(1), diagnostics: diagnostics(2) }),
  },
  ReadResource: {
    request: message({
      type_name: field(1, string),
      current_state: dynamicValue(2),
      private: field(3, bytes),
    }),
    response: message({ new_state: dynamicValue(1), diagnostics: diagnostics(2), private: field(3, bytes) }),
  },
  PlanResourceChange: {
    request: message({
      type_name: field(1, string),
      prior_state: dynamicValue(2),
      proposed_new_state: dynamicValue(3),
      config: dynamicValue(4),
      prior_private: field(5, bytes),
    }),
    response: message({
      planned_state: dynamicValue(1),
      requires_replace: repeated(2, () => AttributePath),
      planned_private: field(3, bytes),
      diagnostics: diagnostics(4),
    }),
  },
  ApplyResourceChange: {
    request: message({
      type_name: field(1, string),
      prior_state: dynamicValue(2),
      planned_state: dynamicValue(3),
      config: dynamicValue(4),
      planned_private: field(5, bytes),
    }),
    response: message({ new_state: dynamicValue(1), private: field(2, bytes), diagnostics: diagnostics(3) }),
  },
  ImportResourceState: {
    request: message({ type_name: field(1, string), id: field(2, string) }),
    response: message({
      imported_resources: repeated(1, () =>
        message({ type_name: field(1, string), state: dynamicValue(2), private: field(3, bytes) }),
      ),
      diagnostics: diagnostics(2),
    }),
  },
  ValidateDataResourceConfig: {
    request: message({ type_name: field(1, string), config: dynamicValue(2) }),
    response: message({ diagnostics: diagnostics(1) }),
  },
  ReadDataSource: {
    request: message({ type_name: field(1, string), config: dynamicValue(2) }),
    response: message({ state: dynamicValue(1), diagnostics: diagnostics(2) }),
  },
  ValidateEphemeralResourceConfig: {
    request: message({ type_name: field(1, string), config: dynamicValue(2) }),
    response: message({ diagnostics: diagnostics(1) }),
  },
  OpenEphemeralResource: {
    request: message({ type_name: field(1, string), config: dynamicValue(2) }),
    response: message({ diagnostics: diagnostics(1), result: dynamicValue(3), private: field(4, bytes) }),
  },
  CloseEphemeralResource: {
    request: message({ type_name: field(1, string), private: field(2, bytes) }),
    response: message({ diagnostics: diagnostics(1) }),
  },
} as const;

/** The name of a call. */
export type CallName = keyof typeof calls;
/** A call's request, as the provider gets it. */
export type CallRequest<K extends CallName> = Decoded<(typeof calls)[K]["request"]>;
/** A call's response, as the provider gives it. */
export type CallResponse<K extends CallName> = Encodable<(typeof calls)[K]["response"]>;

/** Reads each call's request and writes its response, which may hold nothing but diagnostics. */
export const codecs: {
  readonly [K in CallName]: {
    readonly request: Pick<Message<CallRequest<K>, never>, "decode">;
    readonly response: Pick<
      Message<unknown, CallResponse<K> | { readonly diagnostics: readonly Encodable<typeof Diagnostic>[] }>,
      "encode"
    >;
  };
} = calls;

const isCallName = (name: string): name is CallName => name in calls;
/** The names of all calls. */
export const callNames: readonly CallName[] = Object.keys(calls).filter(isCallName);
