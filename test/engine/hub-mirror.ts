import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Engine } from "./engine";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/**
 * A mirror that the engine asks before Docker Hub. It knows the manifests and configurations of the images that the
 * engine has. A pull of one of them finds nothing to fetch, like a pull of an existing image. Without the mirror, a
 * build with `pull_parent` would need the real image of 5 GB.
 */
export class HubMirror {
  private constructor(
    readonly engine: Engine,
    readonly server: Server,
  ) {}

  static async start(engine: Engine): Promise<HubMirror> {
    const server = createServer();
    const mirror = new HubMirror(engine, server);
    server.on("request", (request, response) => {
      mirror.#answer(request, response).catch((error: unknown) => response.destroy(asError(error)));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(engine.hubMirrorPort, "127.0.0.1", resolve);
    });
    return mirror;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  async #answer({ method, url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url.split("?")[0] ?? "";
    const content = path === "/v2/" ? json("application/json", {}) : await this.#content(path);
    if (content === undefined) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
      return;
    }
    response.writeHead(200, {
      "content-type": content.type,
      "content-length": content.bytes.length,
      "docker-content-digest": digestOf(content.bytes),
    });
    response.end(method === "HEAD" ? undefined : content.bytes);
  }

  async #content(path: string): Promise<Content | undefined> {
    const [, repository, kind, name] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (repository === undefined || name === undefined) return undefined;
    if (kind === "blobs") return this.#configuration(name);
    const references = name.startsWith("sha256:") ? await this.#tags(repository) : [`${repository}:${name}`];
    for (const reference of references) {
      const manifest = await this.#manifest(reference);
      if (manifest && (!name.startsWith("sha256:") || digestOf(manifest.bytes) === name)) return manifest;
    }
    return undefined;
  }

  async #manifest(reference: string): Promise<Content | undefined> {
    const inspect = ["image", "inspect", "--format", "{{.Id}} {{json .RootFS.Layers}}", reference];
    const { code, stdout } = await this.engine.tryDocker(inspect);
    if (code !== 0) return undefined;
    const [id = "", layers = "[]"] = stdout.trim().split(" ");
    const diffIds: readonly string[] = JSON.parse(layers);
    return json(MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: id, size: this.#configuration(id).bytes.length },
      // The layers are never fetched: the engine sees from the configuration that it has the image.
      layers: diffIds.map((digest) => ({ mediaType: LAYER, digest, size: 1 })),
    });
  }

  async #tags(repository: string): Promise<string[]> {
    const listed = await this.engine.docker(
      "image",
      "ls",
      "--format",
      "{{.Repository}}:{{.Tag}}",
      repository,
    );
    return listed.split("\n");
  }

  #configuration(id: string): Content {
    const file = join(this.engine.paths.data, "image/overlay2/imagedb/content", id.replace(":", "/"));
    return { type: CONFIG, bytes: readFileSync(file) };
  }
}

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

function json(type: string, value: object): Content {
  return { type, bytes: Buffer.from(JSON.stringify(value)) };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
