import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { eventually } from "../eventually";
import { terraformProgram } from "../terraform";

/** Kills Terraform itself in the project's folder, as the kernel does when memory runs out. */
export async function killTerraform(folder: string): Promise<void> {
  const program = terraformProgram();
  const found = processesIn(folder).filter(({ name }) => name === program);
  if (found.length === 0) throw new Error(`No ${program} works in ${folder}.`);
  for (const { pid } of found) process.kill(pid, "SIGKILL");
  await providersEnd(folder);
}

/** A provider whose Terraform was killed must not continue: nobody would record its changes. */
async function providersEnd(folder: string): Promise<void> {
  const providers = () => processesIn(folder).filter(({ name }) => name.startsWith("terraform-prov"));
  await eventually(
    "the provider ends with its Terraform",
    30,
    async () => (providers().length === 0 ? true : undefined),
    () => JSON.stringify(providers()),
  );
}

function processesIn(folder: string): { pid: number; name: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (!readlinkSync(`/proc/${entry}/cwd`).startsWith(`${folder}/`)) return [];
      return [{ pid: Number(entry), name: readFileSync(`/proc/${entry}/comm`, "utf8").trim() }];
    } catch {
      // It has ended in the meantime.
      return [];
    }
  });
}
