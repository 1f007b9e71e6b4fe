/** Names in the tables of the docs. */
export function code(name: string): string {
  return `\`${name}\``;
}
