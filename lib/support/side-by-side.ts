/**
 * Does the work for each item, for a bounded number of them at a time. When one fails, no further one begins, and the
 * failure is thrown after those that had begun have ended: nothing runs on behind the caller's back.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  mostAtOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const waiting = [...items.entries()];
  const results: Result[] = [];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failures.push(error);
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, mostAtOnce) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
