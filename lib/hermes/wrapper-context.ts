/**
 * The build context of a wrapper: a thin image on top of upstream's. It adds tools, and repairs the ownership of files
 * that root left on the volume. It keeps everything else of the image: entrypoint, PID 1, PATH, runtime user.
 */
import { createHash } from "node:crypto";
import { CODEX_HOME_PATH, GATEWAY_COMMAND } from "./container-contract";
import type { Generation, Release } from "./releases";
import { legacyEntrypoint, legacyHermesCommand, REPAIR_OWNERSHIP } from "./wrapper-scripts";

export interface WrapperContents {
  readonly release: Release;
  /** The base as a Dockerfile's FROM names it. */
  readonly base: string;
  readonly baseRevision?: string | undefined;
  readonly codexVersion?: string | undefined;
  readonly npmPackages?: Readonly<Record<string, string>> | undefined;
  readonly aptPackages?: readonly string[] | undefined;
  readonly pythonPackages?: Readonly<Record<string, string>> | undefined;
  /** PEM texts. */
  readonly caCertificates?: readonly string[] | undefined;
  /** What a supervised release runs before its services. */
  readonly boot: WrapperBoot;
}

export interface WrapperBoot {
  readonly script: string;
  /** Where the image has it. */
  readonly path: string;
  /** What makes the image run it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A file of a build context. */
export interface ContextFile {
  /** Relative path with `/`. */
  readonly path: string;
  /** Its permissions, such as `0o644`. */
  readonly mode: number;
  /** Its text. */
  readonly content: string;
}

/** A wrapper's build context. */
export interface WrapperContext {
  /** All of its files. */
  readonly files: readonly ContextFile[];
  /** SHA-256 over the files, their names and modes. */
  readonly hash: string;
  /** The base has no digest, so that a build asks the registry for it. */
  readonly pullBase: boolean;
}

/** The Codex CLI that this library was checked with. */
export const KNOWN_CODEX_VERSION = "0.169.0";

const SCRIPT_MODE = 0o755;
const DATA_MODE = 0o644;

const CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const PYTHON_TOOLS = "/opt/python-tools";
const REPAIR_PATH = "/usr/local/lib/cdktf-hermes/repair-ownership";
const ENTRYPOINT_PATH = "/usr/local/bin/cdktf-hermes-entrypoint";

/**
 * cont-init scripts run in lexical order as root, before any service: after upstream's `01-hermes-setup`, which may
 * change the runtime user's ids, and before `015-supervise-perms` and `02-reconcile-profiles`, which read files.
 */
const CONT_INIT_PATH = "/etc/cont-init.d/012-cdktf-hermes-ownership";

const CERTIFICATES = "ca-certificates";
const BOOT_FILE = "boot";

/** A file that every context has and no other folder. A folder with this file is a context. */
export const CONTEXT_MARK = "repair-ownership";

/** The folders in which a context has files. */
export const CONTEXT_FOLDERS = [".", CERTIFICATES];

export function renderWrapper(contents: WrapperContents): readonly ContextFile[] {
  const certificates = (contents.caCertificates ?? []).map((content, i) => ({
    path: `${CERTIFICATES}/extra-${i + 1}.crt`,
    mode: DATA_MODE,
    content,
  }));
  return [
    { path: "Dockerfile", mode: DATA_MODE, content: dockerfile(contents) },
    { path: CONTEXT_MARK, mode: SCRIPT_MODE, content: REPAIR_OWNERSHIP },
    ...generationFiles(contents),
    ...certificates,
  ];
}

/** Whether some context has a file of this path. */
export function isContextPath(path: string): boolean {
  return /^(?:Dockerfile|repair-ownership|boot|entrypoint|hermes|ca-certificates[/]extra-\d+[.]crt)$/.test(
    path,
  );
}

/** SHA-256 over every file's name, mode and content. */
export function contextHash(files: readonly ContextFile[]): string {
  const hash = createHash("sha256");
  for (const { path, mode, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(JSON.stringify([path, mode, content]));
  }
  return hash.digest("hex");
}

function generationFiles({ release: { generation }, boot }: WrapperContents): readonly ContextFile[] {
  if (!isLegacy(generation)) return [{ path: BOOT_FILE, mode: SCRIPT_MODE, content: boot.script }];
  return [
    { path: "entrypoint", mode: SCRIPT_MODE, content: legacyEntrypoint(generation, REPAIR_PATH) },
    { path: "hermes", mode: SCRIPT_MODE, content: legacyHermesCommand() },
  ];
}

type LegacyGeneration = Extract<Generation, "entrypoint" | "tini">;

function isLegacy(generation: Generation): generation is LegacyGeneration {
  return generation === "entrypoint" || generation === "tini";
}

function dockerfile(contents: WrapperContents): string {
  const { base, baseRevision, codexVersion } = contents;
  const npm = {
    ...(codexVersion === undefined ? {} : { "@openai/codex": codexVersion }),
    ...contents.npmPackages,
  };
  const steps = [
    `FROM ${base}`,
    // Never switch back to `USER hermes`: the image's boot needs root and drops it itself.
    "USER root",
    baseRevision !== undefined && `LABEL cdktf-hermes.base-revision=${JSON.stringify(baseRevision)}`,
    contents.caCertificates?.length && certificateSteps(),
    contents.aptPackages?.length && aptStep(contents.aptPackages),
    Object.keys(contents.pythonPackages ?? {}).length > 0 && pythonStep(contents.pythonPackages ?? {}),
    Object.keys(npm).length > 0 && npmStep(npm),
    codexVersion !== undefined && `ENV CODEX_HOME=${CODEX_HOME_PATH}`,
    ...bootSteps(contents),
    `CMD ${JSON.stringify(GATEWAY_COMMAND)}`,
  ];
  return `${steps.filter((step) => typeof step === "string").join("\n")}\n`;
}

/** For the build and for the agent itself. Node, pip and OpenSSL each read a variable of their own. */
function certificateSteps(): string {
  return [
    "COPY ca-certificates/ /usr/local/share/ca-certificates/cdktf-hermes/",
    "RUN update-ca-certificates",
    ...["NODE_EXTRA_CA_CERTS", "PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"].map(
      (name) => `ENV ${name}=${CA_BUNDLE}`,
    ),
  ].join("\n");
}

function aptStep(packages: readonly string[]): string {
  return run(
    "apt-get update",
    `apt-get install -y --no-install-recommends ${packages.join(" ")}`,
    "rm -rf /var/lib/apt/lists/*",
  );
}

/** Python packages get an environment of their own: Hermes' is pinned to the release and must not change. */
function pythonStep(packages: Readonly<Record<string, string>>): string {
  return run(
    `(python3 -m venv ${PYTHON_TOOLS} 2>/dev/null || (apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/* && python3 -m venv --clear ${PYTHON_TOOLS}))`,
    `${PYTHON_TOOLS}/bin/pip install --no-cache-dir ${pinned(packages, "==")}`,
    `for tool in ${PYTHON_TOOLS}/bin/*; do case "\${tool##*/}" in [Aa]ctivate*|python*|pip*) ;; *) ln -s "$tool" /usr/local/bin/ ;; esac; done`,
  );
}

/** Into /usr/local: from v0.21.6 on npm's own prefix is not on PATH. */
function npmStep(packages: Readonly<Record<string, string>>): string {
  return run(`npm install -g --prefix /usr/local ${pinned(packages, "@")}`, "npm cache clean --force");
}

function pinned(packages: Readonly<Record<string, string>>, separator: string): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name}${separator}${version}`)
    .sort()
    .join(" ");
}

function bootSteps({ release, boot }: WrapperContents): readonly string[] {
  if (isLegacy(release.generation)) {
    return [
      `COPY repair-ownership ${REPAIR_PATH}`,
      "COPY hermes /usr/local/bin/hermes",
      `COPY entrypoint ${ENTRYPOINT_PATH}`,
      `ENTRYPOINT ${JSON.stringify([ENTRYPOINT_PATH])}`,
    ];
  }
  return [
    `COPY repair-ownership ${CONT_INIT_PATH}`,
    `COPY ${BOOT_FILE} ${boot.path}`,
    ...Object.entries(boot.environment).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    // Login shells reset PATH. They must find the shim, not the plain binary.
    "RUN ln -sf /opt/hermes/bin/hermes /usr/local/bin/hermes",
  ];
}

function run(...commands: readonly string[]): string {
  return `RUN ${commands.join(" \\\n && ")}`;
}
