import { parentPort } from 'node:worker_threads';
import { invoicePdf } from '../document/invoice-pdf.js';
import type { Drawn, ToDraw } from './printing-threads.js';

/** One of the threads of PrintingThreads: the same invoice gives the same bytes, wherever it is drawn. */
parentPort!.on('message', ({ id, invoice, xml }: ToDraw) => {
  const answer = (drawn: Drawn, moved: ArrayBuffer[] = []) => parentPort!.postMessage(drawn, moved);
  invoicePdf(invoice, Buffer.from(xml)).then(
    (drawn) => {
      const pdf = new Uint8Array(drawn);
      answer({ id, pdf }, [pdf.buffer]);
    },
    (error: unknown) => answer({ id, failure: String(error) }),
  );
});
