import type { Readable } from 'node:stream';

export type DeliveredFile = {
  /** Without the folders around it. */
  readonly name: string;
  /** Its bytes from the beginning, as often as one likes. */
  open(): Promise<Readable>;
};

/** What was delivered, however it was packed; close it when it is read. */
export type Delivery = {
  readonly files: readonly DeliveredFile[];
  close(): Promise<void>;
};
