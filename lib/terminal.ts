import type {
  DaytonaTerminalProps,
  DockerTerminalProps,
  LocalTerminalProps,
  ModalTerminalProps,
  SingularityTerminalProps,
  SshTerminalProps,
  TerminalSettings,
} from "./agent/settings/terminal-props";

/**
 * Where the agent's commands and file tools work, from v2026.6.19 on.
 * https://hermes-agent.nousresearch.com/docs/user-guide/configuration#terminal-backend-configuration
 */
export type Terminal = TerminalSettings;

/** Where the agent's commands and file tools work. */
export const Terminal = {
  /** In the agent's own container. */
  local: (props: LocalTerminalProps = {}): Terminal => ({ backend: "local", ...props }),
  /** On another machine, over SSH. */
  ssh: (props: SshTerminalProps): Terminal => ({ backend: "ssh", ...props }),
  /** In a container that a Docker engine makes. */
  docker: (props: DockerTerminalProps): Terminal => ({ backend: "docker", ...props }),
  /** In an Apptainer container inside the agent's own. */
  singularity: (props: SingularityTerminalProps = {}): Terminal => ({ backend: "singularity", ...props }),
  /** In a sandbox of Modal's cloud. */
  modal: (props: ModalTerminalProps = {}): Terminal => ({ backend: "modal", ...props }),
  /** In a workspace of Daytona's cloud. */
  daytona: (props: DaytonaTerminalProps): Terminal => ({ backend: "daytona", ...props }),
};
