import { Worker } from 'node:worker_threads';
import type { FinalisedInvoice } from '../domain/invoice.js';

/** How many threads draw papers of many invoices ahead; with 0 each is drawn when its number is given. */
export class PrintingThreadCount {
  constructor(readonly count: number) {}
}

export type ToDraw = {
  readonly id: number;
  readonly invoice: FinalisedInvoice;
  readonly xml: Uint8Array;
};
export type Drawn = { readonly id: number } & (
  { readonly pdf: Uint8Array<ArrayBuffer> } | { readonly failure: string }
);

type Waiting = {
  readonly thread: Worker;
  readonly resolve: (pdf: Buffer) => void;
  readonly reject: (error: Error) => void;
};

/** Threads that draw papers, each its share in turn; started when the first is asked for. */
export class PrintingThreads {
  private readonly threads: Worker[] = [];
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor(private readonly count: number) {}

  /** Rejects where it could not be drawn, or its thread is gone. */
  draw(invoice: FinalisedInvoice, xml: Uint8Array): Promise<Buffer> {
    const id = (this.asked += 1);
    const thread = (this.threads[id % this.count] ??= this.start());
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { thread, resolve, reject });
      thread.postMessage({ id, invoice, xml } satisfies ToDraw);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.splice(0).map((thread) => thread.terminate()));
  }

  private start(): Worker {
    // What a paper needs is little; without a bound, a heap grows as long as there is memory.
    const resourceLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 };
    const file = new URL('./printing-thread.js', import.meta.url);
    const thread = new Worker(file, { resourceLimits });
    thread.on('message', (drawn: Drawn) => {
      const waiting = this.waiting.get(drawn.id);
      this.waiting.delete(drawn.id);
      if ('pdf' in drawn) waiting?.resolve(Buffer.from(drawn.pdf.buffer));
      else waiting?.reject(new Error(drawn.failure));
    });
    const gone = (error: Error) => {
      for (const [id, one] of this.waiting) {
        if (one.thread !== thread) continue;
        this.waiting.delete(id);
        one.reject(error);
      }
    };
    thread.on('error', gone);
    thread.on('exit', () => gone(new Error('the printing thread has ended')));
    return thread;
  }
}
