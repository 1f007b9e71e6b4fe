/** One answer serves all resources of a refresh. */
const FRESH_MS = 30_000;

/** The answer to one question, kept while it is fresh. */
export class FreshAnswer<T> {
  private asked: { readonly answer: Promise<T>; readonly atMs: number } | undefined;

  /** @param ask called when there is no fresh answer, and again after one that failed */
  get(ask: () => Promise<T>): Promise<T> {
    if (this.asked === undefined || performance.now() - this.asked.atMs > FRESH_MS) {
      const asked = { answer: ask(), atMs: performance.now() };
      this.asked = asked;
      asked.answer.catch(() => {
        if (this.asked === asked) this.asked = undefined;
      });
    }
    return this.asked.answer;
  }

  forget(): void {
    this.asked = undefined;
  }
}
