import { createHash, sign } from 'node:crypto';
import type { Message } from 'kafkajs';
import { encodeContents } from '../encode-produce.js';
import type { SigningKey } from './fact-keys.js';
import { type Digest, leavesMax, treeOf } from './merkle-tree.js';
import { proofHeader, signedText, writeLeafProof, writeRunProof } from './proof-header.js';
import { contentDigest } from './record-digest.js';

/** A record as it is sent, the proof among its headers. */
export type ProvenMessage = Message;

/** Where the records of one send go. */
export type ProvenPlace = {
  readonly topic: string;
  readonly partition: number;
  /** Records of a compacted topic are proven one by one: the broker removes their neighbours. */
  readonly compacted: boolean;
};

/**
 * Adds the owner's proof to the records that one send puts into one partition (FCT-1). Facts: one signature of the run
 * and of the record before it, in the last one. States: one signature of each tree of 16, in each record. Returns the
 * digest of the last record, which the next send names.
 */
export function proveRecords(
  place: ProvenPlace,
  messages: readonly Message[],
  before: Digest,
  key: SigningKey,
): Digest {
  const contents = encodeContents(messages);
  const leaves = place.compacted ? contents.records : contents.records.slice(-1);
  const digests = leaves.map(({ bytes, start, end }) => contentDigest(bytes.subarray(start, end)));
  if (place.compacted) proveStates(place, messages, digests, key);
  else proveFacts(place, messages, { before, contents: contents.bytes }, key);
  return digests.at(-1) ?? before;
}

function proveFacts(
  place: ProvenPlace,
  messages: readonly Message[],
  { before, contents }: { before: Digest; contents: Buffer },
  { kid, key }: SigningKey,
): void {
  const run = createHash('sha256').update(before).update(contents).digest('hex');
  const signature = sign(null, signedText('run', place, run), key);
  setProof(messages.at(-1), writeRunProof({ kid, count: messages.length, before, signature }));
}

function proveStates(
  place: ProvenPlace,
  messages: readonly Message[],
  leaves: readonly Digest[],
  { kid, key }: SigningKey,
): void {
  for (let from = 0; from < leaves.length; from += leavesMax) {
    const part = leaves.slice(from, from + leavesMax);
    const { root, paths } = treeOf(part);
    const signature = sign(null, signedText('tree', place, root), key);
    for (const [index, path] of paths.entries()) {
      const proof = { kid, index, count: part.length, path, signature };
      setProof(messages[from + index], writeLeafProof(proof));
    }
  }
}

function setProof(message: Message | undefined, proof: string): void {
  if (message?.headers) message.headers[proofHeader] = proof;
}
