/** Gathers what many ask for at once into one statement: a batch begins when the last ends. */
export class Batcher<In, Out> {
  private waiting: {
    input: In;
    resolve: (output: Out) => void;
    reject: (error: unknown) => void;
  }[] = [];
  private isRunning = false;

  constructor(
    private readonly sizeMax: number,
    private readonly work: (inputs: In[]) => Promise<Out[]>,
    /** So long it waits for more, where it is not full: a statement for few costs as much as one for many. */
    private readonly gatherMs = 0,
  ) {}

  /** What waits for its turn. */
  get size(): number {
    return this.waiting.length;
  }

  add(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    try {
      while (this.waiting.length > 0) {
        if (this.waiting.length < this.sizeMax) await this.gathered();
        const batch = this.waiting.splice(0, this.sizeMax);
        try {
          const outputs = await this.work(batch.map(({ input }) => input));
          batch.forEach(({ resolve }, index) => resolve(outputs[index] as Out));
        } catch (error) {
          for (const { reject } of batch) reject(error);
        }
      }
    } finally {
      this.isRunning = false;
    }
  }

  private gathered(): Promise<void> {
    return new Promise((goOn) => {
      if (this.gatherMs === 0) setImmediate(goOn);
      else setTimeout(goOn, this.gatherMs);
    });
  }
}
