/** One at a time for each key, in the order in which they came; keys do not wait for each other. */
export class Turns {
  private readonly lastOf = new Map<string, Promise<unknown>>();

  async run<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.lastOf.get(key);
    const own = this.after(before, work);
    this.lastOf.set(key, own);
    try {
      return await own;
    } finally {
      if (this.lastOf.get(key) === own) this.lastOf.delete(key);
    }
  }

  private async after<Answer>(
    before: Promise<unknown> | undefined,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    await before?.catch(() => undefined);
    return work();
  }
}
