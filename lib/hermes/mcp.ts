/** MCP servers in config.yaml, as Hermes starts and names them: tools/mcp_tool.py and hermes_cli/mcp_security.py of 0.17.0 to 0.19.0. */

/** Hermes compares names of servers and tools in this form (`sanitize_mcp_name_component`). */
export function mcpToolPrefix(server: string): string {
  return server.replaceAll(/[^A-Za-z0-9_]/g, "_");
}

/** The variable that carries a secret of a server. */
export function mcpVariable(server: string, name: string): string {
  return `MCP_${upper(server)}__${upper(name)}`;
}

function upper(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase();
}

/** Programs that download a package at each start unless the image has it. */
export type PackageRunner = "npx" | "uvx";

export interface FetchedPackage {
  readonly runner: PackageRunner;
  /** As it was asked for, with its version if there is one. */
  readonly asked: string;
  readonly name: string;
  readonly version: string | undefined;
}

/** The package that the command fetches; undefined for one that fetches none. */
export function packageFetchedBy(command: string, args: readonly string[]): FetchedPackage | undefined {
  const runner = command.split("/").at(-1) ?? command;
  if (runner !== "npx" && runner !== "uvx") return undefined;
  const asked = packageIn(runner, args);
  if (asked === undefined) return undefined;
  const [, name = asked, version] =
    (runner === "npx" ? /^(@?[^@]+)(?:@(.+))?$/ : /^([^@=<>~![]+)(?:\[[^\]]*\])?(?:(?:@|==)(.+))?$/).exec(
      asked,
    ) ?? [];
  return { runner, asked, name, version };
}

/** The option that names the package, where it is another one than the program. */
const NAMED_BY: Readonly<Record<PackageRunner, RegExp>> = {
  npx: /^(?:-p|--package)$/,
  uvx: /^--from$/,
};
/** Options of uvx with a value of their own. Those of npx that a server needs have none. */
const WITH_VALUE = ["--with", "--python", "-p", "--index", "--index-url", "--directory"];

function packageIn(runner: PackageRunner, args: readonly string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    const [, option = "", value] = /^(-[^=]*)(?:=(.*))?$/.exec(arg) ?? [];
    if (NAMED_BY[runner].test(option)) return value ?? args[i + 1];
  }
  return args.find((arg, i) => {
    const before = args[i - 1] ?? "";
    return !arg.startsWith("-") && !(runner === "uvx" && WITH_VALUE.includes(before));
  });
}

/** Whether the version is one, and not a range or a tag that moves. */
export function isExactVersion(version: string | undefined): boolean {
  return version !== undefined && /^v?\d+(?:\.\d+)+(?:[-+.]?[0-9A-Za-z.+-]+)?$/.test(version);
}

const SHELLS = /^(?:ba|z|da|fi)?sh$|^(?:cmd|powershell|pwsh)(?:\.exe)?$/;
const NETWORK = /(?<![\w.-])(?:curl|wget|nc|ncat|socat)(?![\w.-])|\/dev\/tcp\//i;
const PERSISTENCE =
  /authorized_keys|\.ssh\/|\/etc\/(?:ssh\b|pam\.d\b|sudoers|cron|rc\.local|systemd)|pam_[\w-]+\.so|crontab\b|\.(?:bashrc|bash_profile|profile|zshrc)\b/i;

/** Why Hermes leaves a server out although it is configured, as a clause; undefined if it starts it. */
export function suspicion(command: string, args: readonly string[]): string | undefined {
  const program = command.trim().split(/\s+/)[0]?.split("/").at(-1)?.toLowerCase() ?? "";
  const script = args.join(" ");
  if (!SHELLS.test(program)) return undefined;
  if (NETWORK.test(script)) return "a shell whose script calls the network (curl, wget, nc, socat)";
  return PERSISTENCE.test(script)
    ? "a shell whose script touches keys, sudoers, cron or start files"
    : undefined;
}
