/** The Dockerfile of a wrapper. */
import { CODEX_HOME_PATH, GATEWAY_COMMAND, RELEASE_LABEL } from "./container-contract";
import { isLegacy } from "./releases";
import { type CopiedFile, type Download, PLATFORMS, type WrapperContents } from "./wrapper-contents";

/** Names in the build context. */
export const DOCKERFILE = "Dockerfile";
export const CERTIFICATES = "ca-certificates";
export const COPIED = "copied";
export const BOOT_FILE = "boot";
export const REPAIR_FILE = "repair-ownership";
export const ENTRYPOINT_FILE = "entrypoint";
export const HERMES_FILE = "hermes";

/** What a wrapper itself brings into the image. */
export const WRAPPER_FOLDER = "/usr/local/lib/cdktf-hermes";
export const REPAIR_PATH = `${WRAPPER_FOLDER}/repair-ownership`;
export const HERMES_COMMAND_PATH = "/usr/local/bin/hermes";
export const ENTRYPOINT_PATH = "/usr/local/bin/cdktf-hermes-entrypoint";

/**
 * cont-init scripts run in lexical order as root, before any service: after upstream's `01-hermes-setup`, which may
 * change the runtime user's ids, and before `015-supervise-perms` and `02-reconcile-profiles`, which read files.
 */
export const CONT_INIT_PATH = "/etc/cont-init.d/012-cdktf-hermes-ownership";

const CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const PYTHON_TOOLS = "/opt/python-tools";
const HERMES_PYTHON = "/opt/hermes/.venv/bin/python";

/** The label with what a wrapper adds to Hermes' own environment, for whoever plans an upgrade. */
const HERMES_PACKAGES_LABEL = "cdktf-hermes.hermes-packages";

export function dockerfile(contents: WrapperContents): string {
  const { base, baseRevision, codexVersion, copy = {}, run: commands = [] } = contents;
  const npm = {
    ...(codexVersion === undefined ? {} : { "@openai/codex": codexVersion }),
    ...contents.npmPackages,
  };
  const steps = [
    `FROM ${base}`,
    // Never switch back to `USER hermes`: the image's boot needs root and drops it itself.
    "USER root",
    label(RELEASE_LABEL, contents.release.tag),
    baseRevision !== undefined && label("cdktf-hermes.base-revision", baseRevision),
    contents.caCertificates?.length && certificateSteps(),
    contents.aptPackages?.length && aptStep(contents.aptPackages),
    Object.keys(contents.pythonPackages ?? {}).length > 0 && pythonStep(contents.pythonPackages ?? {}),
    ...hermesStep(contents.hermesPackages ?? {}),
    Object.keys(npm).length > 0 && npmStep(npm),
    codexVersion !== undefined && `ENV CODEX_HOME=${CODEX_HOME_PATH}`,
    ...Object.entries(copy).map(([path, file], i) => copyStep(path, file, i)),
    ...commands.map(commandStep),
    ...bootSteps(contents),
    `CMD ${JSON.stringify(GATEWAY_COMMAND)}`,
  ];
  return `${steps.filter((step) => typeof step === "string").join("\n")}\n`;
}

/** Name of a copied file in the build context. */
export function copiedName(path: string, index: number): string {
  return `${COPIED}/${index + 1}-${path.slice(path.lastIndexOf("/") + 1)}`;
}

function label(name: string, value: string): string {
  return `LABEL ${name}=${JSON.stringify(value)}`;
}

/** For the build and for the agent itself. Node, pip and OpenSSL each read a variable of their own. */
function certificateSteps(): string {
  return [
    `COPY ${CERTIFICATES}/ /usr/local/share/ca-certificates/cdktf-hermes/`,
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
    makeEnvironment(PYTHON_TOOLS),
    `${PYTHON_TOOLS}/bin/pip install --no-cache-dir ${pinned(packages, "==")}`,
    `for tool in ${PYTHON_TOOLS}/bin/*; do case "\${tool##*/}" in [Aa]ctivate*|python*|pip*) ;; *) ln -s "$tool" /usr/local/bin/ ;; esac; done`,
  );
}

function makeEnvironment(path: string): string {
  return `(python3 -m venv ${path} 2>/dev/null || (apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/* && python3 -m venv --clear ${path}))`;
}

/**
 * Into Hermes' own environment, where it must not change anything that the release brought: what is installed already is
 * a constraint, and afterwards every line of it is still there. That environment may have no pip of its own. What did not
 * fit before is not held against the new packages.
 */
function hermesStep(packages: Readonly<Record<string, string>>): readonly string[] {
  if (Object.keys(packages).length === 0) return [];
  const pip = `/tmp/pip/bin/pip --python ${HERMES_PYTHON}`;
  return [
    label(HERMES_PACKAGES_LABEL, pinned(packages, "==")),
    run(
      makeEnvironment("/tmp/pip"),
      `${pip} freeze --all | sort > /tmp/before`,
      `(${pip} check > /tmp/unfit-before || true)`,
      "grep -E '^[A-Za-z0-9._-]+==' /tmp/before > /tmp/constraints",
      `${pip} install --no-cache-dir --constraint /tmp/constraints ${pinned(packages, "==")}`,
      `${pip} freeze --all | sort > /tmp/after`,
      `(${pip} check > /tmp/unfit-after || true)`,
      `if comm -23 /tmp/before /tmp/after | grep .; then echo "hermesPackages would change these packages of Hermes" >&2; exit 1; fi`,
      `if grep -vxF -f /tmp/unfit-before /tmp/unfit-after | grep -v '^No broken requirements'; then echo "hermesPackages do not fit to these packages" >&2; exit 1; fi`,
      "rm -r /tmp/pip /tmp/before /tmp/after /tmp/constraints /tmp/unfit-before /tmp/unfit-after",
    ),
  ];
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

function copyStep(path: string, { source, executable }: CopiedFile, index: number): string {
  if (Buffer.isBuffer(source)) return `COPY ${copiedName(path, index)} ${path}`;
  const mode = executable ? "755" : "644";
  const fetched = (file: Download) => `fetch ${file.sha256} '${file.url}'`;
  const which =
    "url" in source
      ? fetched(source)
      : [
          'case "$(dpkg --print-architecture)" in',
          ...Object.entries(PLATFORMS).flatMap(([platform, architecture]) =>
            Object.entries(source).flatMap(([name, file]) =>
              name === platform ? [`${architecture}) ${fetched(file)} ;;`] : [],
            ),
          ),
          `*) echo "there is no ${path} for this platform" >&2; exit 1 ;; esac`,
        ].join(" ");
  return run(
    `mkdir -p ${path.slice(0, path.lastIndexOf("/")) || "/"}`,
    // -q: no .curlrc decides.
    `fetch() { curl -qfsSL --proto =https --retry 3 -o ${path} "$2" && echo "$1  ${path}" | sha256sum -c -; }`,
    which,
    `chmod ${mode} ${path}`,
  );
}

/** In Docker's form of a list, in which no character of the command has a meaning of its own. */
function commandStep(command: string): string {
  return `RUN ${JSON.stringify(["/bin/sh", "-ec", command])}`;
}

function bootSteps({ release, boot }: WrapperContents): readonly string[] {
  if (isLegacy(release.generation)) {
    return [
      `COPY ${REPAIR_FILE} ${REPAIR_PATH}`,
      `COPY ${HERMES_FILE} ${HERMES_COMMAND_PATH}`,
      `COPY ${ENTRYPOINT_FILE} ${ENTRYPOINT_PATH}`,
      `ENTRYPOINT ${JSON.stringify([ENTRYPOINT_PATH])}`,
    ];
  }
  return [
    `COPY ${REPAIR_FILE} ${CONT_INIT_PATH}`,
    `COPY ${BOOT_FILE} ${boot.path}`,
    ...Object.entries(boot.environment).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    // Login shells reset PATH. They must find the shim, not the plain binary.
    `RUN ln -sf /opt/hermes/bin/hermes ${HERMES_COMMAND_PATH}`,
  ];
}

function run(...commands: readonly string[]): string {
  return `RUN ${commands.join(" \\\n && ")}`;
}
