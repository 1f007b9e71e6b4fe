/** States of Terraform on a server, as its backend `http` keeps them. */
import { createServer, type Server } from "node:http";
import { portOf } from "../ports";

export class States {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<States> {
    const kept = new Map<string, Buffer>();
    const server = createServer((request, response) => {
      const { method, url = "" } = request;
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const path = url.replace(/\?.*$/, "");
        if (method === "POST") kept.set(path, Buffer.concat(parts));
        if (method === "DELETE") kept.delete(path);
        const state = kept.get(path);
        response
          .writeHead(method === "GET" && state === undefined ? 404 : 200)
          .end(method === "GET" ? state : "");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new States(server);
  }

  /** Where the states are, with a `/` at its end. */
  get address(): string {
    return `http://127.0.0.1:${portOf(this.server)}/`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
