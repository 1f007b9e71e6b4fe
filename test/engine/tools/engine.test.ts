import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../engine";
import { standIn } from "../images";
import { DIRECTORY_VARIABLE, enginePaths } from "../paths";
import { missing } from "../preflight";
import { must } from "../run";

const engine = new Engine();
const image = standIn("v2026.5.16");
/** It is the first process of its container and ignores SIGTERM, so the grace is short. */
const sleeper = (name: string, ...args: string[]) => {
  const run = ["run", "--detach", "--name", name, "--stop-timeout", "1", "--entrypoint", "sleep"];
  return engine.docker(...run, ...args, image, "infinity");
};
/** Jest's main process, which is another process if the tests have workers. */
const owner = () => readFileSync(engine.paths.record, "utf8").match(/"owner":"(\d+)/)?.[1];
const running = (name: string) => engine.docker("inspect", "--format", "{{.State.Running}}", name);

afterEach(() => engine.reset());

describe("the engine of the tests", () => {
  test("the tests' engine has its own data, socket and bridge", async () => {
    const info = await engine.docker("info", "--format", "{{.DockerRootDir}} {{.Driver}}");
    expect(info).toBe(`${engine.paths.data} overlay2`);
    expect(engine.host).not.toBe("unix:///var/run/docker.sock");
    const gateway = await engine.docker(
      "network",
      "inspect",
      "bridge",
      "--format",
      "{{(index .IPAM.Config 0).Gateway}}",
    );
    expect(gateway).toBe(engine.gateway);
  });

  test("containers of the tests' engine reach a server of this machine on the gateway's address", async () => {
    const server = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, engine.gateway, resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const curl = ["--entrypoint", "curl", image, "--silent", `http://${engine.gateway}:${port}/`];
    await expect(engine.docker("run", "--rm", ...curl)).resolves.toBe("hello");
    server.close();
  });

  test("the tests' engine publishes ports on the loopback address", async () => {
    const publish = ["--publish", "127.0.0.1:0:8000", "--entrypoint", "python3"];
    await engine.docker("run", "--detach", "--name", "web", ...publish, image, "-m", "http.server", "8000");
    const address = await engine.docker("port", "web", "8000");
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    await expect(
      engine.docker(
        "exec",
        "web",
        "curl",
        "--silent",
        "--retry-connrefused",
        "--retry",
        "5",
        "127.0.0.1:8000",
      ),
    ).resolves.toContain("Directory");
    expect((await fetch(`http://${address}/`)).status).toBe(200);
  });

  test("the tests' engine starts again after dockerd was killed, with the containers that should always run", async () => {
    await sleeper("kept", "--restart", "always");
    await engine.killDaemon();
    expect((await engine.tryDocker(["version"])).code).not.toBe(0);
    await engine.startDaemon();
    await expect(running("kept")).resolves.toBe("true");
  });

  test("the tests' engine has its volumes and their data after a restart", async () => {
    await sleeper("writer", "--volume", "kept-data:/data", "--restart", "unless-stopped");
    await engine.docker("exec", "writer", "sh", "-c", "echo precious > /data/file");
    await engine.restartDaemon();
    await expect(running("writer")).resolves.toBe("true");
    await expect(engine.docker("exec", "writer", "cat", "/data/file")).resolves.toBe("precious");
  });

  test("the tests' engine is empty after a reset", async () => {
    await sleeper("one", "--volume", "some-data:/data");
    await engine.docker("network", "create", "some-network");
    await engine.reset();
    await expect(engine.docker("ps", "-aq")).resolves.toBe("");
    await expect(engine.docker("volume", "ls", "-q")).resolves.toBe("");
    const networks = await engine.docker("network", "ls", "--filter", "type=custom", "-q");
    expect(networks).toBe("");
  });

  test.each([
    "start",
    "reset",
    "stop",
  ])("the tests' engine refuses %s to another run in its directory", async (method) => {
    const directory = engine.paths.root;
    const script = `
      require("esbuild").buildSync({ entryPoints: [process.argv[1]], bundle: true, platform: "node", outfile: process.argv[2] });
      const { Engine } = require(process.argv[2]);
      new Engine()[process.argv[3]]().catch((error) => { console.log(error.message); });
    `;
    const folder = mkdtempSync(join(tmpdir(), "second-run-"));
    try {
      // Through a shell, because a direct child of a run counts as one of its workers.
      const output = await must("sh", [
        ...["-c", '"$@"; exit', "sh", process.execPath],
        ...["-e", script, join(__dirname, "../engine.ts"), join(folder, "engine.js"), method],
      ]);
      expect(output).toBe(
        `The engine in ${directory} is used by process ${owner()}. Wait for it, or set ${DIRECTORY_VARIABLE} to another directory.`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    await expect(engine.docker("version", "--format", "{{.Server.Os}}")).resolves.toBe("linux");
  });
});

describe("a second engine beside it", () => {
  const directory = mkdtempSync(join(tmpdir(), "hermes-engine-"));
  const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: directory }));

  afterEach(() => second.stop());
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("a second engine runs, sees nothing of the first one, and leaves only its data", async () => {
    await sleeper("of-the-first");
    await second.start();
    await expect(second.docker("ps", "-aq")).resolves.toBe("");
    expect(second.gateway).not.toBe(engine.gateway);
    await second.stop();
    expect(existsSync(second.paths.run)).toBe(false);
    await expect(running("of-the-first")).resolves.toBe("true");
  });

  test("a second engine takes other addresses if those of its last run are in use", async () => {
    await second.start();
    const taken = second.gateway.replace(/\.1$/, ".0/24");
    await second.stop();
    await must("ip", ["route", "add", "blackhole", taken]);
    try {
      await second.start();
      expect(second.gateway.replace(/\.1$/, ".0/24")).not.toBe(taken);
      const addresses = await must("ip", ["-4", "-o", "addr"]);
      expect(addresses).toContain(`${second.gateway}/24`);
      expect(addresses).not.toContain(taken.replace(".0/24", ".1/24"));
      const next = second.gateway;
      await second.stop();
      await expect(must("ip", ["-4", "-o", "addr"])).resolves.not.toContain(`${next}/24`);
    } finally {
      await must("ip", ["route", "delete", "blackhole", taken]);
    }
  });
});

describe("what is missing is said in one line", () => {
  const paths = engine.paths;

  test("on this machine nothing is missing for the engine", async () => {
    await expect(missing(paths)).resolves.toBeUndefined();
  });

  test("a missing program is reported in one line", async () => {
    await expect(missing(paths, { PATH: "/nonexistent" })).resolves.toBe(
      "dockerd is not on PATH: install it (apt-get install docker.io).",
    );
  });

  test("a missing or too old Terraform is reported in one line", async () => {
    const bin = mkdtempSync(join(tmpdir(), "old-terraform-"));
    const env = {
      ...process.env,
      TERRAFORM_BINARY_NAME: "old-terraform",
      PATH: `${process.env["PATH"]}:${bin}`,
    };
    await expect(missing(paths, env)).resolves.toMatch(
      /^old-terraform is not on PATH: install Terraform 1\.11 or later/,
    );
    writeFileSync(join(bin, "old-terraform"), "#!/bin/sh\necho Terraform v1.9.8\n", { mode: 0o755 });
    await expect(missing(paths, env)).resolves.toMatch(
      /^Terraform v1\.9\.8 is too old: install Terraform 1\.11 or later/,
    );
    rmSync(bin, { recursive: true });
  });

  test("missing root rights are reported in one line", async () => {
    await expect(missing(paths, process.env, "x64", 1000)).resolves.toMatch(/^User 1000: .* needs root/);
  });

  test("another processor is reported in one line", async () => {
    await expect(missing(paths, process.env, "riscv64")).resolves.toMatch(
      /^Processor riscv64: .* x64 \(amd64\) and arm64/,
    );
  });

  test("a directory with too long a path is reported in one line", async () => {
    const long = enginePaths({ [DIRECTORY_VARIABLE]: `/${"x".repeat(80)}` });
    await expect(missing(long)).resolves.toMatch(/has 81 characters, 70 at most .* CDKTF_HERMES_ENGINE_DIR/);
  });

  test("too little disk space is reported in one line", async () => {
    const full = mkdtempSync(join(tmpdir(), "small-disk-"));
    await must("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", full]);
    try {
      await expect(missing(enginePaths({ [DIRECTORY_VARIABLE]: full }))).resolves.toMatch(
        /has 0\.0 GiB free, 12 are needed .* CDKTF_HERMES_ENGINE_DIR/,
      );
    } finally {
      await must("umount", [full]);
      rmSync(full, { recursive: true });
    }
  });
});
