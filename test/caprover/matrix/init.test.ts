/** Every combination of answers, as `init` of the packed package writes it, with the versions that it names. */
import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../agents";
import { allCombinations } from "../../delivery/init/combinations";
import { Repositories } from "../../delivery/init/repositories";
import { builtPackage, ROOT } from "../package";
import { Project } from "../project";

jest.setTimeout(3_600_000);

/** What `npm install` in a new repository installs. */
async function installed(): Promise<string> {
  const { folder } = new Project(temporaryFolder(), {}).install(await builtPackage(temporaryFolder()));
  const modules = join(folder, "node_modules");
  const own = join(ROOT, "scripts", "new-repository", "node_modules");
  for (const name of readdirSync(own).filter((entry) => !entry.startsWith("."))) {
    rmSync(join(modules, name), { force: true });
    symlinkSync(join(own, name), join(modules, name));
  }
  return modules;
}

test("every new repository type-checks, synthesizes, and passes its own tests", async () => {
  const modules = await installed();
  const repositories = new Repositories(allCombinations(), modules);
  const [name = ""] = repositories.answers.keys();
  const { compilerOptions } = JSON.parse(repositories.read(name, "tsconfig.json"));
  await repositories.typecheck(join(modules, "typescript", "bin", "tsc"), { compilerOptions });
  const { jest } = JSON.parse(repositories.read(name, "package.json"));
  await repositories.runOwnTests(join(modules, ".bin", "jest"), jest);
  for (const one of repositories.answers.keys()) expect(repositories.seen(one).variables).toBeDefined();
});
