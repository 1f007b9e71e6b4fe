/** For an option that may be given several times. Unlike commander's own lists, it leaves what follows to the command. */
export function also(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
