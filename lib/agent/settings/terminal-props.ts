/** What a program says of an agent's terminal. The props are those of Hermes' table; a row's docstring is its prop's. */
import type {
  TERMINAL_SETTINGS,
  TerminalBackendName,
  TerminalRow,
  TerminalTable,
} from "../../hermes/terminal-settings";
import type { Secret } from "../../support/secret";
import type { MountProps } from "./mount-props";

type PropsOfRows<Table extends TerminalTable> = {
  readonly [Prop in keyof Table as Table[Prop] extends { optional: true } ? never : Prop]: ValueOf<
    Table[Prop]
  >;
} & {
  readonly [Prop in keyof Table as Table[Prop] extends { optional: true } ? Prop : never]?: ValueOf<
    Table[Prop]
  >;
};

type ValueOf<Row extends TerminalRow> = Row extends { values: readonly (infer Choice)[] }
  ? Choice
  : {
      text: string;
      choice: string;
      flag: boolean;
      whole: number;
      number: number;
      list: readonly string[];
      map: { readonly [name: string]: string };
      mounts: readonly MountProps[];
      secret: Secret;
    }[Row["kind"]];

type RowsOf<Backend extends TerminalBackendName> = PropsOfRows<(typeof TERMINAL_SETTINGS)[Backend]>;

/** How the agent logs in to a machine over SSH, and how it knows that machine again. */
export interface SshLoginProps {
  /**
   * The private key, without a passphrase, in OpenSSH's or PEM's form. It becomes a file that only the runtime user
   * reads. As `inSecretsFile`, the file has `CDKTF_HERMES_TERMINAL_KEY=` and the output of `base64 -w0`.
   */
  readonly key: Secret;
  /**
   * Public keys of the machine, as `ssh-keyscan` prints them behind its name: `ssh-ed25519 AAAA…`. A machine with
   * another key is refused.
   */
  readonly hostKeys: readonly string[];
}

/** Commands run in the agent's own container. */
export type LocalTerminalProps = RowsOf<"local">;

/** Commands run on another machine, over SSH. */
export type SshTerminalProps = RowsOf<"ssh"> &
  SshLoginProps & {
    /**
     * Directories there to which Hermes' file tools may write, beside `cwd`; from v2026.7.1 on.
     * @default - none: the tools refuse, though the shell can write
     */
    readonly directories?: readonly string[];
  };

/** An engine on another machine, over SSH. The user there must be allowed to use it. */
export interface SshEngine extends SshLoginProps {
  /** Name or address of the machine, as the container resolves it. */
  readonly host: string;
  /** The user there. */
  readonly user: string;
  /** Port of its SSH server. @default 22 */
  readonly port?: number;
}

/** An engine on another machine, over TLS with a client certificate. */
export interface TlsEngine {
  /** Name or address of the machine, as its certificate has it. */
  readonly host: string;
  /** Port of the engine. @default 2376 */
  readonly port?: number;
  /** Certificate of the authority that signed the engine's certificate, in PEM's form. */
  readonly ca: string;
  /** The client's certificate, in PEM's form. */
  readonly certificate: string;
  /** The client's key, in PEM's form. It becomes a file that only the runtime user reads. See `SshEngine.key`. */
  readonly key: Secret;
}

/**
 * The engine that makes the sandbox: one on another machine by `ssh` or `tls`. The host's own, by its `socket` or by a
 * `proxy` in front of it, gives the agent root on the host: a proxy filters paths, not what a container may mount.
 */
export type TerminalEngine =
  | { readonly ssh: SshEngine; readonly tls?: never; readonly socket?: never; readonly proxy?: never }
  | { readonly tls: TlsEngine; readonly ssh?: never; readonly socket?: never; readonly proxy?: never }
  | {
      /** Path of the engine's socket on the host. */
      readonly socket: string;
      readonly ssh?: never;
      readonly tls?: never;
      readonly proxy?: never;
    }
  | {
      /** Address of the proxy, such as `tcp://docker-proxy:2375`. */
      readonly proxy: string;
      readonly ssh?: never;
      readonly tls?: never;
      readonly socket?: never;
    };

/** Commands run in a container of a Docker engine. */
export type DockerTerminalProps = RowsOf<"docker"> & {
  /** The engine. The agent's own container has none. */
  readonly engine: TerminalEngine;
};

/** Commands run in an Apptainer container inside the agent's own. The image needs the program. */
export type SingularityTerminalProps = RowsOf<"singularity">;

/** Commands run in a sandbox of Modal's cloud. */
export type ModalTerminalProps = Omit<RowsOf<"modal">, "tokenId" | "tokenSecret"> &
  (
    | Required<Pick<RowsOf<"modal">, "tokenId" | "tokenSecret">>
    | { readonly tokenId?: never; readonly tokenSecret?: never }
  );

/** Commands run in a workspace of Daytona's cloud. */
export type DaytonaTerminalProps = RowsOf<"daytona">;

/** Where the agent's commands run. `Terminal` has a factory for each. */
export type TerminalSettings =
  | ({ readonly backend: "local" } & LocalTerminalProps)
  | ({ readonly backend: "ssh" } & SshTerminalProps)
  | ({ readonly backend: "docker" } & DockerTerminalProps)
  | ({ readonly backend: "singularity" } & SingularityTerminalProps)
  | ({ readonly backend: "modal" } & ModalTerminalProps)
  | ({ readonly backend: "daytona" } & DaytonaTerminalProps);
