import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "@msgpack/msgpack";
import { definitions, string } from "../../lib/terraform-plugin";
import { STATUS } from "../../lib/terraform-plugin/grpc";
import { createLogger, redirectConsole } from "../../lib/terraform-plugin/log";
import { calls } from "../../lib/terraform-plugin/messages";
import { ProviderCalls } from "../../lib/terraform-plugin/provider-calls";
import type { Provider } from "../../lib/terraform-plugin/resource";
import { call, type Send, thingOf, toHandlers } from "./caller";
import { example } from "./example-provider";
import { optional } from "./undescribed";

const directory = mkdtempSync(join(tmpdir(), "provider-calls-"));
afterAll(() => rmSync(directory, { recursive: true }));

const logged: string[] = [];
const log = createLogger((line) => logged.push(line));
const sendTo = (provider: Provider): Send => toHandlers(new ProviderCalls(provider, log).handlers());

/** The summary and detail of each diagnostic. */
const said = ({ diagnostics }: { readonly diagnostics: readonly { summary: string; detail: string }[] }) =>
  diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);

describe("calls that the current Terraform does not make", () => {
  test("a Terraform that would store write-only values gets an error", async () => {
    const config = thingOf({ name: "thinga", secret: "hunter2" });
    const validate = (client_capabilities?: { readonly write_only_attributes_allowed: boolean }) =>
      call(sendTo(example), "ValidateResourceConfig", calls.ValidateResourceConfig, {
        type_name: "example_thing",
        config,
        client_capabilities,
      });
    const refusal = [
      "Attribute secret needs Terraform or OpenTofu 1.11 or later: It is write-only. This version",
    ];
    for (const answer of [await validate(), await validate({ write_only_attributes_allowed: false })]) {
      expect(said(answer)).toEqual(refusal.map((text) => expect.stringContaining(text)));
    }
    expect(said(await validate({ write_only_attributes_allowed: true }))).toEqual([]);
  });

  test("state of a newer schema version gets an error and no new state", async () => {
    const upgrade = (version: number) =>
      call(sendTo(example), "UpgradeResourceState", calls.UpgradeResourceState, {
        type_name: "example_thing",
        version,
        raw_state: { json: Buffer.from(`{"name":"thinga","size":7}`) },
      });
    expect(said(await upgrade(3))).toEqual([
      expect.stringContaining("written by a newer provider (schema version 3, this one knows 2)"),
    ]);
    expect((await upgrade(3)).upgraded_state).toBeUndefined();
    expect(said(await upgrade(2))).toEqual([]);
  });

  test("an ephemeral resource is closed after a stop too", async () => {
    const send = sendTo(example);
    await call(send, "ConfigureProvider", calls.ConfigureProvider, {
      config: { msgpack: encode({ directory, password: null }) },
    });
    const opened = await call(send, "OpenEphemeralResource", calls.OpenEphemeralResource, {
      type_name: "example_password",
      config: { msgpack: encode({ length: 8, value: null }) },
    });
    await call(send, "StopProvider", calls.StopProvider, {});
    const closed = await call(send, "CloseEphemeralResource", calls.CloseEphemeralResource, {
      type_name: "example_password",
      private: opened.private,
    });
    expect(said(closed)).toEqual([]);
    expect(JSON.parse(readFileSync(join(directory, "closed.json"), "utf8"))).toMatchObject({ secret: "yes" });
  });
});

describe("errors", () => {
  test("the error of a validator that throws holds no secrets", async () => {
    const { resource, provider } = definitions<null>();
    const fail = (value: unknown) => {
      throw new Error(`broken by ${JSON.stringify(value)}`);
    };
    const send = sendTo(
      provider({
        attributes: { key: optional(string, { sensitive: true, validators: [fail] }) },
        configure: () => null,
        resources: {
          broken: resource({
            attributes: { token: optional(string, { sensitive: true, validators: [fail] }) },
            create: async () => ({}),
            read: async (state) => state,
            delete: async () => {},
          }),
        },
      }),
    );
    const answers = [
      await call(send, "ValidateProviderConfig", calls.ValidateProviderConfig, {
        config: { msgpack: encode({ key: "key-1234" }) },
      }),
      await call(send, "ValidateResourceConfig", calls.ValidateResourceConfig, {
        type_name: "broken",
        config: { msgpack: encode({ token: "token-1234" }) },
      }),
      await call(send, "ApplyResourceChange", calls.ApplyResourceChange, {
        type_name: "broken",
        planned_state: { msgpack: encode({ token: "token-1234" }) },
        config: { msgpack: encode({ token: "token-1234" }) },
      }),
    ];
    for (const answer of answers) {
      expect(said(answer)).toEqual([expect.stringContaining(`broken by "(sensitive value)"`)]);
    }
  });

  test("the log of configure holds no secrets of its configuration", async () => {
    const { provider } = definitions<null>();
    const configured = provider({
      attributes: { key: optional(string, { sensitive: true }) },
      configure: ({ key }, { log }) => {
        log.info("configured", { key: String(key) });
        return null;
      },
    });
    await call(sendTo(configured), "ConfigureProvider", calls.ConfigureProvider, {
      config: { msgpack: encode({ key: "key-1234" }) },
    });
    expect(logged.at(-1)).toContain(`"key":"(sensitive value)"`);
  });

  test("bytes that are not a message are an error of their call, and are logged", async () => {
    const rubbish = sendTo(example)("/tfplugin6.Provider/ReadResource", Buffer.from("ffff", "hex"));
    await expect(rubbish).rejects.toMatchObject({ status: STATUS.internal });
    expect(logged.at(-1)).toContain("the message ends inside a number");
  });
});

test("whatever libraries print on the console goes to the log", () => {
  const { console: before } = globalThis;
  logged.length = 0;
  try {
    redirectConsole(log);
    console.log("one %d", 1);
    console.dir({ two: 2 });
    console.table([{ three: 3 }]);
    console.error("four");
    console.assert(false, "five");
  } finally {
    globalThis.console = before;
  }
  const entries: Record<string, string>[] = logged.map((line) => JSON.parse(line));
  expect(entries.map((entry) => [entry["@level"], entry["@message"]])).toEqual([
    ["info", "one 1"],
    ["info", "{ two: 2 }"],
    ["info", expect.stringContaining("three")],
    ["warn", "four"],
    ["warn", "Assertion failed: five"],
  ]);
});
