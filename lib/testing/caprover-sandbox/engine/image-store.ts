import { EngineError } from "./errors";
import type { ImageCatalogue, SandboxImages, SimulatedImage } from "./image";

const PULLED_BEFORE_SECONDS = 0.05;
const REFERENCE = /^[a-z0-9][a-z0-9._/:-]*?(:[A-Za-z0-9_][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** The images that the node's engine has pulled or built, and those of the registries it reaches. */
export class ImageStore implements SandboxImages {
  private readonly images = new Map<string, SimulatedImage>();
  private readonly removed = new Set<string>();
  private readonly pulled = new Set<string>();

  /** @param known the images that are in a registry besides those of the catalogue */
  constructor(
    catalogue: ImageCatalogue,
    private readonly known: (reference: string) => SimulatedImage | undefined = () => undefined,
  ) {
    for (const [reference, image] of Object.entries(catalogue)) this.images.set(reference, image);
  }

  add(reference: string, image: SimulatedImage): void {
    this.images.set(reference, image);
    this.removed.delete(reference);
    this.pulled.delete(reference);
  }

  remove(reference: string): void {
    this.images.delete(reference);
    this.removed.add(reference);
  }

  find(reference: string): SimulatedImage | undefined {
    if (this.removed.has(reference)) return undefined;
    return this.images.get(reference) ?? this.known(reference);
  }

  pullSeconds(reference: string): number {
    return this.pulled.has(reference) ? PULLED_BEFORE_SECONDS : this.firstPullSeconds(reference);
  }

  firstPullSeconds(reference: string): number {
    return this.find(reference)?.pullSeconds ?? PULLED_BEFORE_SECONDS;
  }

  /** @throws EngineError with Docker's message when the image can't be pulled */
  pull(reference: string, account?: { user: string; password: string }): SimulatedImage {
    if (!REFERENCE.test(reference)) {
      throw new EngineError(400, "unexpected", "invalid reference format: repository name must be lowercase");
    }
    const image = this.find(reference);
    if (image === undefined) {
      throw new EngineError(
        404,
        "unexpected",
        `manifest for ${reference} not found: manifest unknown: manifest unknown`,
      );
    }
    if (image.pullError !== undefined) throw new EngineError(500, "server error", image.pullError);
    const wanted = image.credentials;
    if (wanted !== undefined && (wanted.user !== account?.user || wanted.password !== account.password)) {
      throw new EngineError(
        500,
        "server error",
        `pull access denied for ${reference}, repository does not exist or may require 'docker login': denied`,
      );
    }
    this.pulled.add(reference);
    return image;
  }
}
