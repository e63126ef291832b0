import { createHash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { BatchRecord } from './batch-record.js';
import type { FetchedMessage } from './record-batches.js';
import type { ProofVerifier, RecordProof } from './proofs/proof-verifier.js';
import { headerLengthMax, keyLengthMax, type LoggedRecord } from './received-event.js';

/** A record as it was fetched. Its texts and its proof are read on demand. */
export function loggedRecord(
  topic: string,
  partition: number,
  message: KafkaMessage,
  proofs: ProofVerifier,
): LoggedRecord {
  if (message instanceof BatchRecord) return new RecordOfBatch(topic, partition, message, proofs);
  // It stands for a batch that cannot be read.
  const { offset, unreadable } = message as FetchedMessage;
  return {
    ...{ topic, partition, offset: BigInt(offset), key: null, value: null },
    ...(unreadable && { unreadable }),
    header: () => undefined,
    proof: { fault: 'NO_PROOF' },
  };
}

class RecordOfBatch implements LoggedRecord {
  readonly offset: bigint;
  readonly key: string | null;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly record: BatchRecord,
    private readonly proofs: ProofVerifier,
  ) {
    this.offset = record.position;
    this.key = keyOf(record.key);
  }

  get proof(): RecordProof {
    return this.proofs.proofOf(this, this.record);
  }

  get value(): Uint8Array | null {
    return this.record.value;
  }

  header(name: string): string | undefined {
    const value = this.record.header(name);
    if (value === undefined) return undefined;
    const text = storable(value);
    // One character too many remains, so that it is seen to be too long whenever it is read again.
    return text.length > headerLengthMax ? text.slice(0, headerLengthMax + 1).toWellFormed() : text;
  }
}

/** A key above the limit is known by its beginning and its digest, which is above the limit as well. */
function keyOf(key: Buffer | null): string | null {
  if (key === null) return null;
  const text = storable(key);
  if (text.length <= keyLengthMax) return text;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${text.slice(0, keyLengthMax).toWellFormed()}…${digest}`;
}

/** Foreign bytes as text that PostgreSQL takes. */
export function storable(bytes: Buffer | string): string {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
