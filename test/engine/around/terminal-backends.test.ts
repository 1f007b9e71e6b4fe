/**
 * The clouds and Apptainer, of which none can be had here: what the real Hermes would make of the settings that this library
 * writes, by the variables alone and by config.yaml alone. Hermes and the clouds' own Python packages are real; the backend
 * itself is replaced by something that only keeps what Hermes hands to it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Terminal } from "../../../lib";
import { terminalValues } from "../../../lib/agent/settings/terminal-values";
import { parseRelease } from "../../../lib/hermes/releases";
import { Engine } from "../engine";
import { imageOfVersion, standIn } from "../images";
import { must } from "../run";

const engine = new Engine();
const SCRIPT = readFileSync(join(__dirname, "terminal-backends.py"), "utf8");
/** The versions that Hermes 0.17.0 to 0.19.0 names in tools/lazy_deps.py. */
const PACKAGES = "modal==1.3.4 daytona==0.155.0";

interface Answer {
  /** What the backend's own class got. */
  readonly handed: Readonly<Record<string, unknown>>;
  /** Whether Hermes takes the backend for usable. */
  readonly ready: boolean;
  readonly sdk: Readonly<Record<string, string | null>>;
}

type Variables = Readonly<Record<string, string>>;

async function withPackages(image: string): Promise<string> {
  const name = `${image}-clouds`;
  const dockerfile = `FROM ${image}
RUN PATH=/opt/tools/bin:$PATH && uv pip install --no-cache --python /opt/hermes/.venv/bin/python ${PACKAGES}
`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", name, "-"], { env, input: dockerfile, timeoutSeconds: 600 });
  return name;
}

async function answerOf(
  image: string,
  backend: string,
  variables: Variables,
  config: object,
): Promise<Answer> {
  const asked = ["--env", `CASE=${JSON.stringify({ backend, variables, config })}`, "--network", "none"];
  const python = ["--entrypoint", "/opt/hermes/.venv/bin/python", image, "-c", SCRIPT];
  return JSON.parse(await engine.docker("run", "--rm", ...asked, ...python));
}

const LOGINS: Readonly<Record<string, Variables>> = {
  modal: { MODAL_TOKEN_ID: "ak-of-the-tests", MODAL_TOKEN_SECRET: "as-of-the-tests" },
  daytona: { DAYTONA_API_KEY: "dtn-of-the-tests" },
};

const CASES = [
  {
    terminal: Terminal.singularity({
      image: "docker://debian:12",
      cwd: "/workspace",
      timeoutSeconds: 61,
      cpus: 2.5,
      memoryMiB: 2048,
      persistent: false,
    }),
    handed: { image: "docker://debian:12", cpu: 2.5, memory: 2048 },
  },
  {
    terminal: Terminal.modal({
      image: "debian:12",
      mode: "direct",
      cwd: "/workspace",
      timeoutSeconds: 61,
      cpus: 0.5,
      memoryMiB: 2048,
      persistent: false,
    }),
    handed: { image: "debian:12", modal_sandbox_kwargs: { cpu: 0.5, memory: 2048 } },
  },
  {
    terminal: Terminal.daytona({
      apiKey: "",
      image: "debian:12",
      cwd: "/workspace",
      timeoutSeconds: 61,
      cpus: 2,
      memoryMiB: 2048,
      persistent: false,
      diskMiB: 5120,
    }),
    handed: { image: "debian:12", cpu: 2, memory: 2048, disk: 5120 },
  },
] as const;

describe.each([
  ["0.17.0", "v2026.6.19"],
  ["0.18.2", "v2026.7.7.2"],
  ["0.19.0", "v2026.7.20"],
] as const)("Hermes %s", (version, tag) => {
  let image: string;
  beforeAll(async () => {
    image = await withPackages(version === "0.19.0" ? standIn(tag) : await imageOfVersion(engine, version));
  });

  describe.each(CASES)("$terminal.backend", ({ terminal, handed }) => {
    const release = parseRelease(tag);
    if (release === undefined) throw new Error(`${tag} is no release`);
    const { backend } = terminal;
    const { config, variables } = terminalValues(
      terminal,
      { kind: "volume", name: "data", options: undefined },
      release,
    );
    const login = LOGINS[backend] ?? {};
    const all = { backend, cwd: "/workspace", timeout: 61, persistent_filesystem: false, ...handed };

    test("the variables alone hand every prop to the backend", async () => {
      expect((await answerOf(image, backend, { ...variables, ...login }, {})).handed).toMatchObject(all);
    });

    test("config.yaml alone hands every prop to the backend", async () => {
      // Only the variable says it to the gateway.
      const mode = variables["TERMINAL_MODAL_MODE"];
      const others = mode === undefined ? login : { ...login, TERMINAL_MODAL_MODE: mode };
      expect((await answerOf(image, backend, others, config)).handed).toMatchObject(all);
    });

    test("Hermes and the cloud's own package take the login from the variables of its props", async () => {
      const { ready, sdk } = await answerOf(image, backend, { ...variables, ...login }, {});
      // The image has no Apptainer.
      expect(ready).toBe(backend !== "singularity");
      expect(Object.values(sdk)).toEqual(Object.values(login));
      for (const name of Object.keys(login)) {
        const { [name]: _, ...others } = login;
        expect([name, (await answerOf(image, backend, { ...variables, ...others }, {})).ready]).toEqual([
          name,
          false,
        ]);
      }
    });
  });

  test("a directory below /home is not where a sandbox starts, and Daytona gets whole CPUs", async () => {
    const variables = {
      TERMINAL_ENV: "daytona",
      TERMINAL_CWD: "/home/daytona",
      TERMINAL_CONTAINER_CPU: "0.5",
      ...LOGINS["daytona"],
    };
    expect((await answerOf(image, "daytona", variables, {})).handed).toMatchObject({ cwd: "/root", cpu: 0 });
  });
});

afterAll(() => engine.reset());
