/**
 * Runs the tests of the repositories beside it that names.json lists, and their programs. It is copied into a folder of repositories, where a
 * jest of its own runs it.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Seen } from "./repositories";

const repositories: readonly string[] = JSON.parse(readFileSync(join(__dirname, "names.json"), "utf8"));

describe.each(repositories)("%s", (name) => {
  require(join(__dirname, name, "stacks.test.ts"));

  test("the program synthesizes", () => {
    const outdir = join(__dirname, name, "cdktf.out");
    process.env["CDKTF_OUTDIR"] = outdir;
    require(join(__dirname, name, "main.ts"));
    const manifest: Manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    const stacks = Object.values(manifest.stacks);
    const seen: Seen = {
      annotations: stacks.flatMap(({ annotations }) => annotations.map(({ message }) => message)),
      variables: stacks.flatMap(({ synthesizedStackPath }) => {
        const { variable = {} } = JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8"));
        return Object.keys(variable);
      }),
    };
    writeFileSync(join(__dirname, name, "seen.json"), JSON.stringify(seen));
    // The CapRover provider in it would need a megabyte in each.
    rmSync(outdir, { recursive: true });
  });
});

interface Manifest {
  readonly stacks: Readonly<
    Record<
      string,
      { readonly synthesizedStackPath: string; readonly annotations: readonly { readonly message: string }[] }
    >
  >;
}
