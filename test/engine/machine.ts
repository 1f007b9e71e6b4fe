/** Another machine: a container with an SSH server, and with the socket of a second engine. */
import { eventually } from "../eventually";
import type { Engine } from "./engine";
import { standIn } from "./images";
import { must } from "./run";

export const MACHINE = "machine";
const IMAGE = "cdktf-hermes-machine";
export const CERTIFICATES = "/etc/docker-certificates";

const DOCKERFILE = `FROM ${standIn("v2026.7.30")}
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends docker.io openssh-client openssh-server openssl socat \\
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --groups docker --shell /bin/bash agent \\
 && install -d -o agent -g agent -m 700 /home/agent/.ssh \\
 && install -d -o agent -g agent /srv/work \\
 && mkdir -p /run/sshd
ENTRYPOINT ["sleep", "infinity"]
CMD []
`;

export class Machine {
  private constructor(readonly engine: Engine) {}

  /** Starts it on a network that agents can join. @param own the engine that it offers */
  static async start(engine: Engine, own: Engine): Promise<Machine> {
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    await must("docker", ["build", "--tag", IMAGE, "-"], { env, input: DOCKERFILE });
    await engine.docker("network", "create", "agents");
    const socket = ["--volume", `${own.paths.socket}:/var/run/docker.sock`];
    const run = ["run", "--detach", "--network", "agents", ...socket, "--name", MACHINE];
    await engine.docker(...run, "--hostname", MACHINE, IMAGE);
    const machine = new Machine(engine);
    await machine.sh("chgrp docker /var/run/docker.sock && chmod 660 /var/run/docker.sock");
    return machine;
  }

  /** Runs a script as root, which must succeed. */
  sh(script: string): Promise<string> {
    return this.engine.docker("exec", "--workdir", "/", MACHINE, "sh", "-euc", script);
  }

  /** Lets in whoever has the key, and shows itself by a new key of that kind alone. Returns it. */
  async startSsh(kind: "ed25519" | "ecdsa"): Promise<string> {
    await this.sh(`pkill -x sshd || true
rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ${kind} -N '' -f /etc/ssh/ssh_host_${kind}_key
/usr/sbin/sshd -o HostKey=/etc/ssh/ssh_host_${kind}_key`);
    return this.sh(`cut -d ' ' -f 1-2 /etc/ssh/ssh_host_${kind}_key.pub`);
  }

  /** A new login key. */
  makeKey(): Promise<string> {
    return this.sh(`rm -f /root/login*
ssh-keygen -q -t ed25519 -N '' -f /root/login
install -o agent -g agent -m 600 /root/login.pub /home/agent/.ssh/authorized_keys
cat /root/login`);
  }

  async stopTls(): Promise<void> {
    await this.sh("pkill -x socat");
  }

  /** Offers its engine over TLS to whoever has a client's certificate. Returns what a client needs. */
  async startTls() {
    await this.sh(`mkdir -p ${CERTIFICATES} && cd ${CERTIFICATES}
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem
sign() { openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.csr"
  printf '%s' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem"; }
sign server subjectAltName=DNS:${MACHINE}
sign client extendedKeyUsage=clientAuth`);
    const tls = `cert=server.pem,key=server-key.pem,cafile=ca.pem,verify=1`;
    const listen = `cd ${CERTIFICATES} && exec socat OPENSSL-LISTEN:2376,${tls},fork,reuseaddr UNIX-CONNECT:/var/run/docker.sock`;
    await this.engine.docker("exec", "--detach", MACHINE, "sh", "-c", listen);
    const client = `docker --tlsverify --tlscacert=ca.pem --tlscert=client.pem --tlskey=client-key.pem -H tcp://${MACHINE}:2376 version`;
    await eventually("the engine of the other machine answers over TLS", 60, async () => {
      const asked = ["exec", "--workdir", CERTIFICATES, MACHINE, "sh", "-c", client];
      return (await this.engine.tryDocker(asked)).code === 0 ? true : undefined;
    });
    const file = (name: string) => this.sh(`cat ${CERTIFICATES}/${name}`);
    return {
      ca: await file("ca.pem"),
      certificate: await file("client.pem"),
      key: await file("client-key.pem"),
    };
  }
}
