/** Python as a second check: what Hermes itself would read. */
import { spawnSync } from "node:child_process";

/** Runs a program with the JSON of `input` on stdin; undefined when Python or a module of it is missing. */
export function python(program: string, input: unknown): unknown {
  const { status, stdout } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(input),
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

/** Whether the module can be imported. */
export function hasModule(name: string): boolean {
  return python(`import ${name}; print("true")`, null) === true;
}
