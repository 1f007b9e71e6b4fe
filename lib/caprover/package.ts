/** The provider's source address, version and files, as this package brings them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Its host is not a registry, so nobody else can publish under it. States contain it, so it must not change. */
export const PROVIDER_SOURCE = "terraform.local/cdktf-hermes/caprover";

/** The same path from `lib` and from `dist`. */
const ROOT = join(__dirname, "..", "..");

export interface PackagedFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

let version: string | undefined;

/** The provider has the package's version. */
export function packageVersion(): string {
  version ??= String(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
  return version;
}

/**
 * The launcher, which Terraform starts, and the bundle, which the launcher starts. `npm run build` makes both.
 *
 * @throws Error when the package was not built
 */
export function providerFiles(): readonly PackagedFile[] {
  const files = [
    { name: "provider.cjs", mode: 0o644 },
    { name: `terraform-provider-caprover_v${packageVersion()}`, mode: 0o755 },
  ];
  return files.map((file) => ({ ...file, content: readFileSync(join(ROOT, "dist", "provider", file.name)) }));
}
