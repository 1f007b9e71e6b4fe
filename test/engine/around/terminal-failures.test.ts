/**
 * What Docker's client prints when it does not get to an engine over TLS, and what `verify` makes of it. The client, the
 * server's side of TLS and the engine are real.
 */
import { type TerminalFailureId, terminalFailureIn } from "../../../lib/hermes/terminal-failures";
import { Engine } from "../engine";
import { CERTIFICATES, MACHINE, Machine } from "../machine";

const engine = new Engine();
let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start(engine, engine);
  await machine.startTls();
  // A second authority with certificates for the same names, and a certificate that has expired.
  await machine.sh(`mkdir -p /other && cd /other && cp ${CERTIFICATES}/ca.pem ${CERTIFICATES}/ca-key.pem .
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other-key.pem -out other.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=client -keyout client-key.pem -out client.csr
printf 'extendedKeyUsage=clientAuth' > client.ext
openssl x509 -req -in client.csr -CA other.pem -CAkey other-key.pem -CAcreateserial -days 2 -extfile client.ext -out foreign.pem
openssl x509 -req -in client.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days -1 -extfile client.ext -out expired.pem
echo 127.0.0.1 another.lan >> /etc/hosts`);
});
afterAll(() => engine.reset());

const RIGHT = {
  ca: `${CERTIFICATES}/ca.pem`,
  certificate: `${CERTIFICATES}/client.pem`,
  key: `${CERTIFICATES}/client-key.pem`,
  host: `tcp://${MACHINE}:2376`,
};

async function said({ ca, certificate, key, host }: typeof RIGHT): Promise<string | undefined> {
  const tls = ["--tlsverify", `--tlscacert=${ca}`, `--tlscert=${certificate}`, `--tlskey=${key}`];
  const version = ["docker", ...tls, "-H", host, "version", "--format", "{{.Server.Version}}"];
  const { code, stderr } = await engine.tryDocker(["exec", MACHINE, ...version]);
  return code === 0 ? undefined : stderr;
}

const OWN_KEY = "/other/client-key.pem";

test.each<[string, Partial<typeof RIGHT>, TerminalFailureId | undefined]>([
  ["the right certificates", {}, undefined],
  ["another authority than the engine's", { ca: "/other/other.pem" }, "stranger"],
  ["a name that the engine's certificate does not have", { host: "tcp://another.lan:2376" }, "stranger"],
  [
    "a client's certificate of another authority",
    { certificate: "/other/foreign.pem", key: OWN_KEY },
    "rejected",
  ],
  [
    "a client's certificate that has expired",
    { certificate: "/other/expired.pem", key: OWN_KEY },
    "rejected",
  ],
  ["a name that nobody knows", { host: "tcp://nobody.invalid:2376" }, "unreachable"],
])("with %s, verify says why", async (_, wrong, failure) => {
  const text = await said({ ...RIGHT, ...wrong });
  expect([text, text && terminalFailureIn(text)]).toEqual([text, failure]);
});
