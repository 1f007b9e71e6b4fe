// Loaded before a command whose streams are pipes: it then takes them for a terminal.
for (const stream of [process.stdin, process.stdout, process.stderr])
  Object.defineProperty(stream, "isTTY", { value: true });
process.stdin.setRawMode = () => process.stdin;
