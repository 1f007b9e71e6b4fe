import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localhostCertificate } from "../../lib/terraform-plugin/certificate";
import { MAGIC_COOKIE, startRefusal } from "../../lib/terraform-plugin/serve";
import { eventually } from "../eventually";
import { describeWithTerraform, finished } from "../terraform";
import { bundleExample, Workspace } from "./terraform";

jest.setTimeout(60_000);

const thing = (body = "") => `resource "example_thing" "a" {\n  name = "thinga"\n${body}\n}\n`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

/** The provider processes that a Terraform process started. */
function providersOf(terraform: ChildProcess): number[] {
  const threads = `/proc/${terraform.pid}/task`;
  const children = readdirSync(threads).map((thread) =>
    readFileSync(join(threads, thread, "children"), "utf8"),
  );
  return children.join(" ").split(/\s+/).filter(Boolean).map(Number);
}

describe("starting a provider's process", () => {
  const directory = mkdtempSync(join(tmpdir(), "provider-process-"));
  const bundle = join(directory, "provider.cjs");
  const running: ChildProcess[] = [];
  beforeAll(() => bundleExample(bundle));
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function start(environment: Readonly<Record<string, string>>): ChildProcess {
    const child = spawn(process.execPath, [bundle], {
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

  test("a person who starts it by hand is told what it is, in one line", async () => {
    const { code, output } = await finished(start({}));
    expect(code).toBe(1);
    expect(output).toBe(
      "This is a Terraform provider: Terraform starts it, it is of no use by itself. Run terraform init and terraform plan.\n",
    );
  });

  test("a Terraform that can't use it finds the reason where it shows it to its user", async () => {
    const child = start({ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "5" });
    const lines: string[] = [];
    child.stdout?.on("data", (line) => lines.push(String(line)));
    expect((await finished(child)).code).toBe(1);
    expect(lines.join("")).toContain("Terraform 1.0 or later is needed");
  });

  test.each([
    [{ TF_PLUGIN_MAGIC_COOKIE: "other" }, /This is a Terraform provider/],
    [
      { TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "4,5" },
      /offers 4,5: Terraform 1.0 or later/,
    ],
    [{ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE }, /offers none/],
    [
      {
        TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
        PLUGIN_PROTOCOL_VERSIONS: "5,6",
        PLUGIN_CLIENT_CERT: "rubbish",
      },
      /no PEM certificate/,
    ],
  ])("refuses %j", (environment, reason) => {
    expect(startRefusal(environment)).toMatch(reason);
  });

  test("the handshake is one line with six fields, the certificate without padding", async () => {
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

  test("only the client whose certificate was announced is answered", async () => {
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

  test("SIGINT is left to Terraform", async () => {
    const child = start({ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "6" });
    await handshake(child);
    const told = new Promise<string>((resolve) =>
      child.stderr?.once("data", (line) => resolve(String(line))),
    );
    child.kill("SIGINT");
    expect(JSON.parse(await told)).toMatchObject({
      "@level": "debug",
      "@message": "SIGINT left to Terraform",
    });
    expect(child.exitCode).toBeNull();
  });
});

describeWithTerraform("a provider's process under the real Terraform", () => {
  let terraform: Workspace;
  beforeEach(async () => {
    terraform = await Workspace.spawned();
  });
  afterEach(() => terraform.close());

  test("plan, apply, second plan and destroy, with mutual TLS and without", async () => {
    for (const environment of [{}, { TF_DISABLE_PLUGIN_TLS: "1" }]) {
      await terraform.write(thing("size = 2"));
      const applied = await terraform.runWith(environment, "apply", "-auto-approve");
      expect([applied.code, applied.output]).toEqual([0, expect.stringContaining("1 added")]);
      expect((await terraform.runWith(environment, "plan", "-detailed-exitcode")).code).toBe(0);
      expect((await terraform.runWith(environment, "destroy", "-auto-approve")).code).toBe(0);
    }
  });

  test("a process ends when Terraform says so, and need not be killed", async () => {
    await terraform.write(thing());
    const { output } = await terraform.runWith({ TF_LOG: "debug" }, "plan");
    expect(output).toContain("plugin process exited");
    expect(output).not.toMatch(/plugin failed to exit gracefully|signal: killed/);
  });

  test("logs reach Terraform's log at their level, without secrets", async () => {
    await terraform.write(thing(), `password = "password-9"`);
    const { output } = await terraform.runWith({ TF_LOG_PROVIDER: "info" }, "apply", "-auto-approve");
    expect(output).toMatch(/\[INFO\] +provider.*creating a thing/);
    expect(output).toContain("(sensitive value)");
    expect(output).not.toContain("password-9");
  });

  test("an error in a stray promise harms no call", async () => {
    await terraform.write(thing(`fault = "rejects elsewhere"`));
    const { code, output } = await terraform.runWith({ TF_LOG_PROVIDER: "error" }, "apply", "-auto-approve");
    expect(code).toBe(0);
    expect(output).not.toContain("Plugin did not respond");
  });

  /** Starts an apply that creates its thing and then waits. */
  async function waiting(): Promise<ChildProcess> {
    await terraform.write(thing(`fault = "waits"`));
    const child = terraform.start(["apply", "-auto-approve", "-no-color"]);
    await eventually("the thing exists", 20, async () => (await terraform.stored("thinga")) ?? undefined);
    return child;
  }

  test("Ctrl-C stops what runs, and what exists by then is in the state", async () => {
    const child = await waiting();
    const outcome = finished(child);
    process.kill(-(child.pid ?? 0), "SIGINT");
    const { code, output } = await outcome;
    expect(code).toBe(1);
    expect(output).toContain("Creating example_thing failed");
    expect((await terraform.state())["example_thing.a"]).toMatchObject({
      status: "tainted",
      attributes: { id: "id-thinga" },
    });
  });

  test("a killed Terraform leaves no provider behind", async () => {
    const child = await waiting();
    const providers = providersOf(child);
    expect(providers.length).toBeGreaterThan(0);
    expect(providers.every(isAlive)).toBe(true);
    const ended = finished(child);
    child.kill("SIGKILL");
    await ended;
    await eventually("the orphans are gone", 20, async () => (providers.some(isAlive) ? undefined : true));
  });
});

test("a bundle of the example holds no gRPC library", () => {
  const directory = mkdtempSync(join(tmpdir(), "provider-bundle-"));
  const file = join(directory, "provider.cjs");
  bundleExample(file);
  expect(readFileSync(file, "utf8")).not.toMatch(/grpc-js|protobufjs/);
  rmSync(directory, { recursive: true });
});
