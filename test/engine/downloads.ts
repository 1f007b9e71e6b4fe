/** A server with files that image builds download, with a certificate that only a wrapper's `caCertificates` make known. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSigned } from "../self-signed";
import { portOf } from "./ports";

export class Downloads {
  private constructor(
    private readonly folder: string,
    private readonly address: string,
    private readonly server: Server,
  ) {}

  /**
   * @param address where to listen, such as the engine's gateway, which builds reach
   * @param files by their paths
   */
  static async start(address: string, files: Readonly<Record<string, string>>): Promise<Downloads> {
    const folder = mkdtempSync(join(tmpdir(), "downloads-"));
    makeSelfSigned(folder, [`IP:${address}`]);
    const read = (file: string) => readFileSync(join(folder, file));
    const server = createServer({ key: read("key.pem"), cert: read("certificate.pem") });
    server.on("request", ({ url = "" }, response) => {
      const file = files[url];
      response.writeHead(file === undefined ? 404 : 200).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return new Downloads(folder, address, server);
  }

  /** A file for `caCertificates`. */
  get certificate(): string {
    return join(this.folder, "certificate.pem");
  }

  url(path: string): string {
    return `https://${this.address}:${portOf(this.server)}${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }
}
