import type { Readable } from 'node:stream';

export type DeliveredFile = {
  /** Without the folders around it. */
  readonly name: string;
  /** The folder of an archive in which it lies, where the format counts such a one; else empty. */
  readonly folder: string;
  /** Its bytes from the beginning, as often as one likes. */
  open(): Promise<Readable>;
};

/** What was delivered, however it was packed; close it when it is read. */
export type Delivery = {
  readonly files: readonly DeliveredFile[];
  close(): Promise<void>;
};
