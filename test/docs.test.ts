import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { HermesTarget } from "../lib";
import { slug } from "../scripts/docs/markdown";

const ROOT = join(__dirname, "..");

const DOCS = [...pagesIn("docs"), ...pagesIn("docs/api")];
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...DOCS,
  ...readdirSync(join(ROOT, "examples"))
    .map((name) => `examples/${name}/README.md`)
    .filter((page) => existsSync(join(ROOT, page))),
];

/** What the snippets assume. The README's example creates the same things. */
const PREAMBLE = `
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, S3Backend, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  inSecretsFile,
  LocalModel,
  PersistentDataVolume,
  Terminal,
} from "cdktf-hermes";

const app = new App();
const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "upstream", { tag: "v2026.7.30" });
const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
new CapRoverProvider(agent, "caprover", { url: "https://captain.apps.example.com" });
const data = new PersistentDataVolume(agent, "hermes-data", { name: "hermes-data" });
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;
`;

const SNIPPETS = PAGES.flatMap((page) =>
  [...read(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""], i) => {
    // A snippet with imports is a whole module. The others are placed between the preamble and the synthesis.
    const whole = /^import /m.test(code);
    const module = whole ? code : `${PREAMBLE}\n{\n${code}\n}\napp.synth();\n`;
    return { name: `${page} ${i + 1}`, whole, module };
  }),
);

test.each(["smallest-agent", "caprover-smallest"])("the README's example is exactly examples/%s", (name) => {
  expect(read("README.md")).toContain(`\`\`\`ts\n${read(`examples/${name}/main.ts`)}\`\`\`\n`);
});

test("the generated pages, and the generated parts of others, are up to date", () => {
  const arguments_ = ["--import", "tsx", "scripts/docs/main.ts", "--check"];
  const { status, stderr } = spawnSync(process.execPath, arguments_, { cwd: ROOT, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("every snippet type-checks", () => {
  // Inside node_modules, so that the snippets find their packages and other tools don't find the snippets.
  const folder = join(ROOT, "node_modules", ".cache", "cdktf-hermes-docs");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, { name, module }] of SNIPPETS.entries()) {
    writeFileSync(join(folder, `snippet-${i}.ts`), `// ${name}\n${module}`);
  }
  const stacks = 'import type { App } from "cdktf";\nexport declare function defineStacks(app: App): void;\n';
  writeFileSync(join(folder, "stacks.ts"), stacks);
  const compilerOptions = { noUnusedLocals: false, moduleDetection: "force" };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] }),
  );
  const { status, stdout } = spawnSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", folder], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

describe("a snippet synthesizes without a refusal", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-docs-"));
  beforeAll(() => {
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(ROOT);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(SNIPPETS.filter(({ whole }) => !whole))("the snippet synthesizes without a refusal: $name", ({
    module,
  }) => {
    const { code } = transformSync(module, { loader: "ts", format: "cjs", target: "node20" });
    expect(() => new Function("require", code)(require)).not.toThrow();
  });
});

test.each(PAGES)("every link of %s leads to something that exists", (page) => {
  const targets = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
});

test.each(
  Object.keys(HermesTarget),
)("HermesTarget.%s has a page that shows its props, and the README leads there", (name) => {
  expect(read(`docs/${name}.md`)).toMatch(/^<!-- begin: props of \w+TargetProps -->$/m);
  expect(read("README.md")).toContain(`](docs/${name}.md) |`);
});

test("the package contains every page and the pictures", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const wanted = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/deployed.svg",
    "docs/deployed-caprover.svg",
    ...DOCS,
  ];
  expect(wanted.filter((page) => !packed.includes(JSON.stringify(page)))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  // A page of GitHub's about the repository, such as the form for a vulnerability.
  if (file.startsWith("../../")) return true;
  if (!existsSync(join(ROOT, file))) return false;
  if (anchor === undefined) return true;
  if (statSync(join(ROOT, file)).isDirectory()) return false;
  const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slug(heading));
  return headings.includes(anchor);
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
