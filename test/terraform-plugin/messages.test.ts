import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import * as fc from "fast-check";
import { calls } from "../../lib/terraform-plugin/messages";

const definition = loadSync(join(__dirname, "plugin.proto"), {
  keepCase: true,
  longs: Number,
  defaults: true,
  oneofs: false,
});
const serviceOf = (): grpc.ServiceDefinition => {
  const service = definition["tfplugin6.Provider"];
  if (service === undefined || "format" in service) throw new Error("plugin.proto describes no Provider");
  return service;
};
const service = serviceOf();
/** grpc-js' own codec for the response of a call. */
const golden = (call: string) => {
  const method = service[call];
  if (method === undefined) throw new Error(`plugin.proto has no ${call}`);
  return method;
};

describe("messages, compared with protobuf.js", () => {
  const attribute = {
    name: "ports",
    type: Buffer.from(`["list","string"]`),
    description: "ü",
    required: true,
    sensitive: true,
    write_only: true,
    nested_type: {
      attributes: [{ name: "host", type: Buffer.from(`"number"`), optional: true }],
      nesting: 2,
    },
  };
  const schema = {
    version: 3,
    block: {
      attributes: [attribute],
      block_types: [
        {
          type_name: "step",
          block: { attributes: [], block_types: [] },
          nesting: 3,
          min_items: 0,
          max_items: 300,
        },
      ],
      description: "d",
    },
  };

  test("a schema is read by each library from the bytes of the other", () => {
    const ours = calls.GetProviderSchema.response.encode({
      provider: schema,
      resource_schemas: new Map([["example_thing", schema]]),
      ephemeral_resource_schemas: new Map([["example_password", { version: 0 }]]),
    });
    const theirs = golden("GetProviderSchema").responseSerialize({
      provider: schema,
      resource_schemas: { example_thing: schema },
      ephemeral_resource_schemas: { example_password: { version: 0 } },
    });
    expect(golden("GetProviderSchema").responseDeserialize(Buffer.from(ours))).toEqual(
      golden("GetProviderSchema").responseDeserialize(theirs),
    );
    expect(calls.GetProviderSchema.response.decode(theirs)).toEqual(
      calls.GetProviderSchema.response.decode(ours),
    );
  });

  const path = fc.array(
    fc.oneof(
      fc.record({ attribute_name: fc.string() }),
      fc.record({ element_key_string: fc.string() }),
      fc.record({ element_key_int: fc.nat({ max: Number.MAX_SAFE_INTEGER }) }),
    ),
    { maxLength: 4 },
  );
  const diagnostic = fc.record({
    severity: fc.integer({ min: 0, max: 2 }),
    summary: fc.string({ unit: "grapheme" }),
    detail: fc.string(),
    attribute: fc.option(fc.record({ steps: path }), { nil: undefined }),
  });

  test("diagnostics are written to the same bytes by both libraries", () => {
    fc.assert(
      fc.property(fc.array(diagnostic, { maxLength: 5 }), (diagnostics) => {
        const { response } = calls.ConfigureProvider;
        const ours = Buffer.from(response.encode({ diagnostics }));
        expect(response.encode(response.decode(ours))).toEqual(ours);
        expect(
          golden("ConfigureProvider").responseSerialize(
            golden("ConfigureProvider").responseDeserialize(ours),
          ),
        ).toEqual(golden("ConfigureProvider").responseSerialize({ diagnostics }));
      }),
    );
  });

  test("a request that protobuf.js writes is read", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.uint8Array({ maxLength: 5000, size: "max" }),
        fc.uint8Array(),
        (type_name, msgpack, secret) => {
          const bytes = golden("ReadResource").requestSerialize({
            type_name,
            current_state: { msgpack: Buffer.from(msgpack) },
            private: Buffer.from(secret),
          });
          const request = calls.ReadResource.request.decode(bytes);
          expect(request.type_name).toBe(type_name);
          expect(Buffer.from(request.private).equals(secret)).toBe(true);
          expect(Buffer.from(request.current_state?.msgpack ?? []).equals(msgpack)).toBe(true);
        },
      ),
    );
  });
});
