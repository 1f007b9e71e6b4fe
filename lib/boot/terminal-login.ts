/**
 * The files by which an agent logs in to where its commands run: the private key, which is a secret file of the
 * declaration, and what goes with it. OpenSSH and Docker's client read them; Hermes starts both.
 */
const FOLDER = "/usr/local/lib/cdktf-hermes/terminal";

/** Also the name that Docker's client expects. */
export const TERMINAL_KEY_PATH = `${FOLDER}/key.pem`;

/** Docker's client finds its three files here. */
export const DOCKER_CERTIFICATES_PATH = FOLDER;

/** Debian's ssh_config includes the files of this folder first. */
const SSH_CONFIG_PATH = "/etc/ssh/ssh_config.d/cdktf-hermes.conf";

const KNOWN_HOSTS_PATH = `${FOLDER}/known_hosts`;
const ALIAS = "cdktf-hermes-terminal";

export interface PublicFile {
  readonly path: string;
  /** It ends with a newline, and everybody may read it. */
  readonly content: string;
}

/**
 * What ssh needs to reach the machine as nobody else. Hermes itself says `StrictHostKeyChecking=accept-new`, which its
 * command line decides: then a machine in the middle could show a key of another kind. So only the kinds of the given
 * keys are asked for, and no key is learnt.
 */
export function sshFiles(host: string, hostKeys: readonly string[]): readonly PublicFile[] {
  const kinds = hostKeys.map((key) => key.slice(0, key.indexOf(" ")));
  const algorithms = [...new Set(kinds)].flatMap((kind) =>
    kind === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [kind],
  );
  const lines = [
    `Host ${host}`,
    `  IdentityFile ${TERMINAL_KEY_PATH}`,
    "  IdentitiesOnly yes",
    `  HostKeyAlias ${ALIAS}`,
    `  HostKeyAlgorithms ${algorithms.join(",")}`,
    `  GlobalKnownHostsFile ${KNOWN_HOSTS_PATH}`,
    "  UserKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
  ];
  return [
    { path: SSH_CONFIG_PATH, content: `${lines.join("\n")}\n` },
    { path: KNOWN_HOSTS_PATH, content: hostKeys.map((key) => `${ALIAS} ${key}\n`).join("") },
  ];
}

export function tlsFiles(ca: string, certificate: string): readonly PublicFile[] {
  return [
    { path: `${FOLDER}/ca.pem`, content: `${ca}\n` },
    { path: `${FOLDER}/cert.pem`, content: `${certificate}\n` },
  ];
}
