/** The names to which a file of Terraform values gives a value. Nothing of the values is kept. */
export function namesInTfvars(text: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  let until: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (until !== undefined) {
      if (line.trim() === until) until = undefined;
      continue;
    }
    const code = line.replaceAll(STRING, '""').replace(/(?:#|\/\/).*$/, "");
    const [, name] = (depth === 0 && /^\s*([A-Za-z_][\w-]*)\s*=(?!=)/.exec(code)) || [];
    if (name !== undefined) names.push(name);
    until = /<<[-~]?([A-Za-z_]\w*)\s*$/.exec(code)?.[1];
    for (const bracket of code.match(/[[\]{}()]/g) ?? []) depth += "[{(".includes(bracket) ? 1 : -1;
  }
  return names;
}

const STRING = /"(?:[^"\\]|\\.)*"/g;
