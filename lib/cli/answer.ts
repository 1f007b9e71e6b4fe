/** Prints an answer: as text for people, or as JSON for scripts. */
export function print(options: { readonly json?: boolean }, json: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : text()}\n`);
}
