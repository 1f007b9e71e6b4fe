/** The workflows and the build folder of the example whose image a CI builds, as `cdktf-hermes workflow` writes them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { defineStacks } from "../../examples/caprover-ci/stacks";
import { packageVersion } from "../../lib/caprover/package";
import { differences, writeRendered } from "../../lib/delivery/repository-files";
import { HOSTED_RUNNER, renderWorkflows } from "../../lib/delivery/workflow";
import { readStacks } from "../../lib/operations/stacks";
import { bundleProvider } from "../bundle-provider";

const ROOT = join(__dirname, "..", "..");
const EXAMPLE = join(ROOT, "examples", "caprover-ci");

/**
 * @param check writes nothing
 * @returns what differs, or the paths of the written files
 */
export async function exampleWorkflows(check: boolean): Promise<readonly string[]> {
  // Synthesis places it.
  await bundleProvider(join(ROOT, "dist", "provider"), `terraform-provider-caprover_v${packageVersion()}`);
  const outdir = mkdtempSync(join(tmpdir(), "example-"));
  try {
    const app = new App({ outdir });
    defineStacks(app);
    app.synth();
    const options = { branch: "main", runsOn: HOSTED_RUNNER, project: "", output: outdir };
    const rendered = renderWorkflows(readStacks(outdir), options);
    if (!check) return writeRendered(EXAMPLE, rendered);
    const different = differences(EXAMPLE, rendered);
    return different === "" ? [] : [different];
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
