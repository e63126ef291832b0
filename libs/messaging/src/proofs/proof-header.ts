import { leavesMax } from './merkle-tree.js';

/** The record header that holds the proof of the author. */
export const proofHeader = 'proof';

/** Ends a run of consecutive records of a topic that keeps facts, and proves all of the run. */
export type RunProof = {
  readonly kid: string;
  /** Records of the run, the bearer included. */
  readonly count: number;
  /** Digest of the record before the run in this partition. */
  readonly before: string;
  readonly signature: Buffer;
};

/** Of one record of a compacted topic: its place in a signed tree. It holds without the other leaves. */
export type LeafProof = {
  readonly kid: string;
  readonly index: number;
  readonly count: number;
  readonly path: readonly string[];
  readonly signature: Buffer;
};

/** Before the first record of a partition. */
export const noDigest = '0'.repeat(64);

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
const digest = '[\\w-]{43}';
const runPattern = new RegExp(`^1r\\.([\\w-]{11})\\.(\\d{1,6})\\.(${digest})\\.([\\w-]{86})$`);
const leafPattern = new RegExp(
  `^1l\\.([\\w-]{11})\\.(\\d{1,2})\\.(\\d{1,2})\\.((?:${digest}){0,4})\\.([\\w-]{86})$`,
);

export const writeRunProof = ({ kid, count, before, signature }: RunProof): string =>
  `1r.${kid}.${count}.${base64(before)}.${signature.toString('base64url')}`;

export const writeLeafProof = ({ kid, index, count, path, signature }: LeafProof): string =>
  `1l.${kid}.${index}.${count}.${path.map(base64).join('')}.${signature.toString('base64url')}`;

export function readRunProof(text: string): RunProof | undefined {
  const match = runPattern.exec(text);
  if (!match) return undefined;
  const [, kid = '', count = '', before = '', signature = ''] = match;
  return {
    ...{ kid, count: Number(count), before: hex(before) },
    signature: Buffer.from(signature, 'base64url'),
  };
}

export function readLeafProof(text: string): LeafProof | undefined {
  const match = leafPattern.exec(text);
  if (!match) return undefined;
  const [, kid = '', index = '', count = '', siblings = '', signature = ''] = match;
  if (Number(count) > leavesMax) return undefined;
  const path = siblings.match(new RegExp(digest, 'g')) ?? [];
  return {
    ...{ kid, index: Number(index), count: Number(count), path: path.map(hex) },
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** What an owner signs: the digest of a run with the record before it, or the root of a tree, of one partition. */
export const signedText = (
  kind: 'run' | 'tree',
  { topic, partition }: { topic: string; partition: number },
  head: string,
): Buffer => Buffer.from(`ent-fact-1 ${kind} ${topic}/${partition} ${head}`);
