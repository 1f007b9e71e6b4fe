import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines } from "../../package.json";
import { bundleProvider } from "../../scripts/bundle-provider";

it("the provider is bundled to the same bytes wherever it is bundled, and they name no place", async () => {
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
