/** Stand-ins for chat platforms and OpenAI's login server, which agents of the tests reach under the real names. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../eventually";
import { makeSelfSigned } from "../../self-signed";
import type { Engine } from "../engine";
import { standIn } from "../images";
import { must } from "../run";

const HOSTS = [
  "slack.com",
  "www.slack.com",
  "wss-primary.slack.com",
  "api.telegram.org",
  "auth.openai.com",
  "chatgpt.com",
  "api.twilio.com",
  "api.line.me",
  "graph.facebook.com",
  "open.feishu.cn",
  "open.larksuite.com",
  "login.microsoftonline.com",
  "login.botframework.com",
  "smba.trafficmanager.net",
  "qyapi.weixin.qq.com",
  "api.dingtalk.com",
  "bots.qq.com",
  "ntfy.sh",
  "matrix.example",
  "chat.example",
  "home.example",
  "imap.example",
  "discord.com",
];

const CERTIFICATE = "/tls/certificate.pem";

/** `services.py` in a container. It says what is simulated. */
export class FakeServices {
  private constructor(
    readonly engine: Engine,
    readonly folder: string,
    readonly address: string,
  ) {}

  /** @param keys what Microsoft publishes of the keys with which it signs, as a JSON Web Key Set */
  static async start(engine: Engine, keys: object = { keys: [] }): Promise<FakeServices> {
    const folder = mkdtempSync(join(tmpdir(), "fake-services-"));
    makeSelfSigned(
      folder,
      HOSTS.map((host) => `DNS:${host}`),
    );
    writeFileSync(join(folder, "keys.json"), JSON.stringify(keys));
    writeFileSync(join(folder, "services.py"), readFileSync(join(__dirname, "services.py")));
    await must("chmod", ["-R", "a+rX", folder]);
    await engine.docker(
      ...["run", "--detach", "--name", "services", "--volume", `${folder}:/tls:ro`],
      ...["--entrypoint", "/opt/hermes/.venv/bin/python", standIn("v2026.7.20")],
      ...["/tls/services.py", CERTIFICATE, "/tls/key.pem"],
    );
    const address = await engine.docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", "services");
    const services = new FakeServices(engine, folder, address);
    await eventually("the stand-ins for the chat platforms listen", 30, async () =>
      (await services.requests()).includes("listening") ? true : undefined,
    );
    return services;
  }

  /** Lines for /etc/hosts with which a container finds them, and no real one. */
  get hosts(): Readonly<Record<string, string>> {
    return Object.fromEntries(HOSTS.map((host) => [host, this.address]));
  }

  /** Arguments of `docker run` with which a container finds them, and no real one. */
  get runArguments(): readonly string[] {
    return [
      ...HOSTS.flatMap((host) => ["--add-host", `${host}:${this.address}`]),
      ...["--volume", `${this.folder}:/tls:ro`, "--env", `SSL_CERT_FILE=${CERTIFICATE}`],
    ];
  }

  /** What was asked of them, in its order: the service and the method. */
  async requests(): Promise<readonly string[]> {
    const { stdout } = await this.engine.tryDocker(["logs", "services"]);
    return stdout.trim().split("\n");
  }

  async stop(): Promise<void> {
    await this.engine.tryDocker(["rm", "--force", "services"]);
    rmSync(this.folder, { recursive: true });
  }
}
