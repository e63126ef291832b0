import { Worker } from 'node:worker_threads';
import { invoicePdf } from '../document/invoice-pdf.js';
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
  | { readonly pdf: Uint8Array<ArrayBuffer> }
  | { readonly failure: string }
);

type Waiting = ToDraw & {
  readonly resolve: (pdf: Buffer) => void;
  readonly reject: (error: Error) => void;
};

/** One that is drawn and the next, so that no thread waits for its work. */
const heldByThread = 2;

/** Threads that draw papers, the next as soon as one is done; started when there is something to draw. */
export class PrintingThreads {
  private readonly threads = new Map<Worker, Map<number, Waiting>>();
  private readonly begunByNobody: Waiting[] = [];
  private asked = 0;

  constructor(private readonly count: number) {}

  /** Rejects where it could not be drawn, or its thread is gone. */
  draw(invoice: FinalisedInvoice, xml: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.begunByNobody.push({ id: (this.asked += 1), invoice, xml, resolve, reject });
      this.share();
    });
  }

  /** Draws one here that no thread has begun. False: there is none. */
  async drawOneHere(): Promise<boolean> {
    const one = this.begunByNobody.shift();
    if (!one) return false;
    await invoicePdf(one.invoice, Buffer.from(one.xml)).then(one.resolve, one.reject);
    return true;
  }

  async stop(): Promise<void> {
    for (const { reject } of this.begunByNobody.splice(0)) reject(new Error('nobody waits for it'));
    await Promise.all([...this.threads.keys()].map((thread) => thread.terminate()));
  }

  private share(): void {
    while (this.begunByNobody.length > 0 && this.threads.size < this.count) this.start();
    for (const [thread, held] of this.threads)
      while (held.size < heldByThread && this.begunByNobody.length > 0) {
        const one = this.begunByNobody.shift()!;
        held.set(one.id, one);
        const { id, invoice, xml } = one;
        thread.postMessage({ id, invoice, xml } satisfies ToDraw);
      }
  }

  private start(): void {
    // What a paper needs is little; without a bound, a heap grows as long as there is memory.
    const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };
    const file = new URL('./printing-thread.js', import.meta.url);
    const thread = new Worker(file, { resourceLimits });
    const held = new Map<number, Waiting>();
    this.threads.set(thread, held);
    thread.on('message', (drawn: Drawn) => {
      const one = held.get(drawn.id);
      held.delete(drawn.id);
      if ('pdf' in drawn) one?.resolve(Buffer.from(drawn.pdf.buffer));
      else one?.reject(new Error(drawn.failure));
      this.share();
    });
    // Another takes its place when something is to be drawn again.
    const gone = (error: Error) => {
      this.threads.delete(thread);
      for (const { reject } of held.values()) reject(error);
      held.clear();
    };
    thread.on('error', gone);
    thread.on('exit', () => gone(new Error('the printing thread has ended')));
  }
}
