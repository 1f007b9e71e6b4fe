/** The stand-in as a process of its own, which Terraform starts: `node provider.cjs <version>`. */
import { writeSync } from "node:fs";
import { serve } from "../../../lib/terraform-plugin";
import { isVersion, VERSIONS } from "./behaviour";
import { dockerProvider } from "./provider";

const [, , version] = process.argv;
if (!isVersion(version)) {
  console.error(`Version ${version} of the stand-in is not known: ${VERSIONS.join(" or ")}.`);
  process.exit(1);
}
void serve(dockerProvider(version, { panic }));

/** Crashes like a Go program. Terraform looks for this text on stderr. */
function panic(message: string): never {
  writeSync(2, `panic: ${message}\n\ngoroutine 1 [running]:\n`);
  process.exit(2);
}
