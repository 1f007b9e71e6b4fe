import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "@msgpack/msgpack";
import { localhostCertificate } from "../../lib/terraform-plugin/certificate";
import { calls } from "../../lib/terraform-plugin/messages";
import { MAGIC_COOKIE, startRefusal } from "../../lib/terraform-plugin/start-refusal";
import { UNKNOWN } from "../../lib/terraform-plugin/value";
import { engines } from "../../package.json";
import { eventually } from "../eventually";
import { finished } from "../terraform";
import { call, thingOf, toAddress } from "./caller";
import { bundleExample, HURRIED, isAlive } from "./terraform";

jest.setTimeout(60_000);

const PLAIN = { TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "6" };

describe("a provider's process", () => {
  const directory = mkdtempSync(join(tmpdir(), "provider-process-"));
  const bundle = join(directory, "provider.cjs");
  const running: ChildProcess[] = [];
  beforeAll(() => bundleExample(bundle));
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function start(environment: Readonly<Record<string, string>>, ...options: string[]): ChildProcess {
    const child = spawn(process.execPath, [...options, bundle], {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
    });
    running.push(child);
    return child;
  }

  const handshake = (child: ChildProcess): Promise<string[]> =>
    new Promise((resolve, reject) => {
      child.stdout?.once("data", (line) => resolve(String(line).trim().split("|")));
      child.once("exit", (code) => reject(new Error(`exit ${code}`)));
    });

  test("a provider that a person starts prints one line that says what it is", async () => {
    const { code, output } = await finished(start({}));
    expect(code).toBe(1);
    expect(output).toBe(
      "This is a Terraform provider, which Terraform or OpenTofu starts. Run terraform init and terraform plan (tofu init, tofu plan) instead.\n",
    );
  });

  test("a provider that can't serve prints the reason on stdout, where Terraform reads it", async () => {
    const child = start({ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "5" });
    const lines: string[] = [];
    child.stdout?.on("data", (line) => lines.push(String(line)));
    expect((await finished(child)).code).toBe(1);
    expect(lines.join("")).toContain("Use Terraform 1.0, OpenTofu 1.6 or later");
  });

  test.each([
    [{ TF_PLUGIN_MAGIC_COOKIE: "other" }, /This is a Terraform provider/],
    [
      { TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "4,5" },
      /offers 4,5\. Use Terraform 1\.0, OpenTofu 1\.6 or later/,
    ],
    [{ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE }, /offers none/],
    [
      {
        TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
        PLUGIN_PROTOCOL_VERSIONS: "5,6",
        PLUGIN_CLIENT_CERT: "rubbish",
      },
      /not a PEM certificate/,
    ],
  ])("a provider does not serve with the environment %j", (environment, reason) => {
    expect(startRefusal(environment)).toMatch(reason);
  });

  test("a provider does not serve with a Node.js that is older than the package allows", () => {
    const [major = 0, minor = 0] = engines.node.slice(2).split(".").map(Number);
    for (const version of [`${major}.${minor - 1}.9`, `${major - 1}.${minor + 1}.0`, `${major - 2}.20.8`]) {
      expect(startRefusal(PLAIN, version)).toContain(
        `needs Node.js ${major}.${minor} or later. The node on PATH is ${version}`,
      );
    }
    for (const version of [`${major}.${minor}.0`, `${major}.${minor + 1}.0`, `${major + 2}.0.0`]) {
      expect(startRefusal(PLAIN, version)).toBeUndefined();
    }
  });

  test("the handshake is one line with six fields, with the certificate without padding", async () => {
    const { certPem } = localhostCertificate();
    const fields = await handshake(
      start({
        TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
        PLUGIN_PROTOCOL_VERSIONS: "5,6",
        PLUGIN_CLIENT_CERT: certPem,
      }),
    );
    expect(fields).toHaveLength(6);
    expect(fields.slice(0, 3)).toEqual(["1", "6", "tcp"]);
    expect(fields[3]).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(fields[4]).toBe("grpc");
    expect(fields[5]).toMatch(/^[A-Za-z0-9+/]+$/);
  });

  /** Whether the server answers a client with this certificate. */
  function answers(
    address: string,
    server: string,
    client?: { keyPem: string; certPem: string },
  ): Promise<boolean> {
    const session: ClientHttp2Session = connect(`https://${address}`, {
      ca: `-----BEGIN CERTIFICATE-----\n${Buffer.from(server, "base64").toString("base64")}\n-----END CERTIFICATE-----\n`,
      servername: "localhost",
      ...(client === undefined ? {} : { key: client.keyPem, cert: client.certPem }),
    });
    return new Promise((resolve) => {
      const done = (result: boolean) => {
        session.destroy();
        resolve(result);
      };
      session.on("error", () => done(false));
      session.on("close", () => done(false));
      const stream = session.request({
        ":method": "POST",
        ":path": "/tfplugin6.Provider/GetProviderSchema",
        "content-type": "application/grpc",
      });
      stream.on("error", () => done(false));
      stream.on("response", () => done(true));
      stream.end(Buffer.alloc(5));
    });
  }

  test("only the client whose certificate Terraform announced gets an answer", async () => {
    const announced = localhostCertificate();
    const [, , , address = "", , server = ""] = await handshake(
      start({
        TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
        PLUGIN_PROTOCOL_VERSIONS: "6",
        PLUGIN_CLIENT_CERT: announced.certPem,
      }),
    );
    expect(await answers(address, server, announced)).toBe(true);
    expect(await answers(address, server, localhostCertificate())).toBe(false);
    expect(await answers(address, server)).toBe(false);
    expect(await answers(address, server, announced)).toBe(true);
  });

  test.each([
    "SIGINT",
    "SIGTERM",
  ] as const)("a provider ignores %s, which Terraform handles", async (signal) => {
    const child = start(PLAIN);
    await handshake(child);
    const told = new Promise<string>((resolve) =>
      child.stderr?.once("data", (line) => resolve(String(line))),
    );
    child.kill(signal);
    expect(JSON.parse(await told)).toMatchObject({
      "@level": "debug",
      "@message": `ignored ${signal}: Terraform stops the provider`,
    });
    expect(child.exitCode).toBeNull();
  });

  test("a provider ends when Terraform does not connect, and goes on when it has connected", async () => {
    const used = start(PLAIN, "--require", HURRIED);
    const [, , , address = ""] = await handshake(used);
    const { session } = toAddress(address);
    await once(session, "connect");
    const unused = start(PLAIN, "--require", HURRIED);
    expect((await finished(unused)).code).toBe(1);
    expect(used.exitCode).toBeNull();
    session.destroy();
  });

  test("a provider ends when the process that started it is gone early", async () => {
    const command = `"${process.execPath}" --require "${HURRIED}" "${bundle}" > "${directory}/out" 2>&1 & echo $!`;
    const { output } = await finished(spawn("sh", ["-c", command], { env: PLAIN }));
    const orphan = Number(output);
    try {
      await eventually(
        "it has started",
        20,
        async () => readFileSync(join(directory, "out"), "utf8").includes("|grpc|") || undefined,
      );
      await eventually("it is gone", 20, async () => !isAlive(orphan) || undefined);
    } finally {
      if (isAlive(orphan)) process.kill(orphan, "SIGKILL");
    }
  });

  test("a provider that is shut down lets running calls finish, and answers them", async () => {
    const child = start(PLAIN);
    const [, , , address = ""] = await handshake(child);
    const { send, session } = toAddress(address);
    const ended = finished(child);
    const { ConfigureProvider, ApplyResourceChange } = calls;
    await call(send, "ConfigureProvider", ConfigureProvider, {
      config: { msgpack: encode({ directory, password: null }) },
    });
    const answer = call(send, "ApplyResourceChange", ApplyResourceChange, {
      type_name: "example_thing",
      planned_state: thingOf({ name: "thinga", size: 1, fault: "tidies up", id: UNKNOWN, revision: UNKNOWN }),
      config: thingOf({ name: "thinga", fault: "tidies up" }),
    });
    await eventually(
      "the thing exists",
      20,
      async () => existsSync(join(directory, "thinga.json")) || undefined,
    );
    await send("/plugin.GRPCController/Shutdown", new Uint8Array());
    expect((await answer).diagnostics).toEqual([]);
    expect(existsSync(join(directory, "tidied.json"))).toBe(true);
    session.destroy();
    expect((await ended).code).toBe(0);
  });
});

test("the bundle of a provider holds no gRPC library", () => {
  const directory = mkdtempSync(join(tmpdir(), "provider-bundle-"));
  const file = join(directory, "provider.cjs");
  bundleExample(file);
  expect(readFileSync(file, "utf8")).not.toMatch(/grpc-js|protobufjs/);
  rmSync(directory, { recursive: true });
});
