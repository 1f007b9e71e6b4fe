import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines } from "../../package.json";
import { bundleProvider } from "../../scripts/bundle-provider";

it("the bundle holds the licence of every package that is in it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "notices-"));
  try {
    await bundleProvider(directory);
    const bundle = readFileSync(join(directory, "provider.cjs"), "utf8");
    for (const name of ["yaml", "@msgpack/msgpack"]) {
      const licence = readFileSync(join(__dirname, "..", "..", "node_modules", name, "LICENSE"), "utf8");
      expect(bundle).toContain(`${name} ${require(`${name}/package.json`).version}`);
      expect(bundle).toContain(licence.trim());
    }
    // what it loads from elsewhere is Node's own
    const loaded = [...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
    expect(loaded.filter((name) => !isBuiltin(name))).toEqual([]);
    execFileSync(process.execPath, ["--check", join(directory, "provider.cjs")]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it("the bundle has the same bytes wherever it is built, and holds no path of the builder", async () => {
  const directories = ["one", "another-one"].map((name) => mkdtempSync(join(tmpdir(), name)));
  try {
    const [first, second] = await Promise.all(
      directories.map(async (directory) => {
        await bundleProvider(directory);
        return readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]);
      }),
    );
    expect(first?.map(([file]) => file)).toEqual(["provider.cjs", "terraform-provider-caprover"]);
    expect(first).toEqual(second);
    expect(JSON.stringify(first)).not.toContain(process.cwd());
    expect(first?.[1]?.[1]).toContain(`needs Node.js ${engines.node.slice(2)} or later on PATH`);
  } finally {
    for (const directory of directories) rmSync(directory, { recursive: true });
  }
});
