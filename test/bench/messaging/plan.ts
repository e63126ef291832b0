/** What one worker process of the bench does; travels as JSON. */
export type WorkerPlan = {
  readonly role: 'writer' | 'relay' | 'consumer' | 'copy' | 'bare-producer' | 'bare-consumer';
  readonly size: number;
  readonly brokers: readonly string[];
  readonly namespace: string;
  readonly producerUrl: string;
  readonly consumerUrl: string;
  /** The bare producer puts the envelope into the value: as many bytes, but cheaper for kafkajs than headers. */
  readonly withoutHeaders?: boolean;
  /** Guarantees left out, one at a time, to see what each costs. */
  readonly without: readonly Guarantee[];
};

export const guarantees = {
  parking: 'positions kept with the effects, order per key in long runs, parking',
  tracing: 'the trace context goes along',
  'business-date': 'the day is held for the transaction that dates an event',
} as const;
export type Guarantee = keyof typeof guarantees;

export const transactionSize = 500;

/** Worker to parent. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly seconds?: number;
      readonly peakRssMb: number;
      readonly cpuSeconds: number;
    };
