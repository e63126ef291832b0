import { headers as names } from '#libs/contracts';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import { differ, type RecordDigest } from './proofs/record-digest.js';
import type { LoggedRecord, RawRecord } from './received-event.js';

/** Up to which number of which incarnation of its owner a partition was applied. */
export type Standing = {
  /** 0: nothing numbered was read yet; undefined: whatever comes next is taken, as a person has decided. */
  readonly epoch: number | undefined;
  readonly seq: number;
  /** Of the record before that one, here. */
  readonly prev: number;
  /** Of that incarnation. */
  readonly lineage: string;
  /** Of the record with that number; undefined: not known. */
  readonly digest?: RecordDigest | undefined;
};

/** The numbers of a record with a valid proof. */
export type Numbered = {
  readonly epoch: number;
  readonly seq: number;
  readonly prev: number;
  readonly lineage: string;
  readonly digest?: RecordDigest | undefined;
  /** In a topic of facts: the digest of the record with the number before it. */
  readonly before?: RecordDigest | undefined;
};

export type Verdict =
  | { readonly is: 'next'; readonly standing: Standing }
  | { readonly is: 'repeat' }
  /** Of a life that its owner no longer states: passed over, where it stands does not move. */
  | { readonly is: 'forgone' }
  /** Of a life of its owner's database that another has succeeded: set aside as foreign, and nothing waits for it. */
  | { readonly is: 'old' }
  /**
   * To go on would lose or contradict facts: the partition stops until a person decides. `disputed`: two records of the
   * owner contradict each other, and only the owner's archive says which one stands.
   */
  | { readonly is: 'stop'; readonly word: string; readonly disputed?: true };

const repeat = { is: 'repeat' } as const;
const forgone = { is: 'forgone' } as const;

/**
 * Each record says which number it follows in its partition, so what was skipped, sent twice or slipped in shows.
 * `compacted`: the broker drops older states of a key, so gaps are normal there.
 */
export function judgeNumber(
  known: Standing,
  told: Numbered,
  compacted: boolean,
  forgoneLives: readonly ForgoneLife[] = [],
): Verdict {
  if (forgoneLives.length > 0 && isForgone(told, forgoneLives)) return forgone;
  if (known.epoch === undefined) return next(known, told);
  if (known.epoch === 0 || told.epoch === known.epoch) return judgeInChain(known, told, compacted);
  if (told.epoch < known.epoch) {
    const branch = branchOf(told.epoch, known.lineage);
    if (branch !== undefined && told.seq < branch) return repeat;
    return { is: 'old' };
  }
  const branch = branchOf(known.epoch, told.lineage);
  const both = `${named(told.epoch)} after ${named(known.epoch)}`;
  if (branch === undefined) {
    return stop('INCARNATION', `${both}, which it does not descend from`);
  }
  // Between what the owner says it sent here last and its first number of its own, nothing may stand.
  if (known.seq >= branch || told.prev < known.seq) {
    const stated = Math.min(branch - 1, told.prev);
    return stop('INCARNATION', `${both}: applied up to ${known.seq}, it states up to ${stated}`);
  }
  if (told.prev > known.seq && !compacted) return gap(known, told);
  return next(known, told);
}

function judgeInChain(known: Standing, told: Numbered, compacted: boolean): Verdict {
  // Of a compacted topic it may be a true one of which the broker has dropped the original.
  if (!compacted && known.epoch !== 0 && told.prev === known.prev && told.seq < known.seq) {
    const word = `numbers ${known.seq} and ${told.seq} both follow ${told.prev}: one is not its owner's`;
    return stop('NUMBERS', word);
  }
  if (told.seq === known.seq && differ(told.digest, known.digest))
    return stop('NUMBERS', `two records with number ${told.seq}`);
  if (told.seq <= known.seq) return repeat;
  if (told.prev < known.seq) {
    const word = `number ${told.seq} follows ${told.prev}, applied up to ${known.seq}`;
    return stop('NUMBERS', word);
  }
  if (told.prev > known.seq && !compacted) return gap(known, told);
  return next(known, told);
}

/** The number before is what stood here: where states between were dropped, what follows that one is no other. */
function next(known: Standing, { epoch, seq, prev, lineage, digest, before }: Numbered): Verdict {
  if (known.epoch !== undefined && prev === known.seq && differ(before, known.digest)) {
    const word = `number ${seq} follows a number ${prev} other than the one that was applied`;
    return stop('NUMBERS', word);
  }
  const former = known.epoch === undefined ? prev : known.seq;
  return { is: 'next', standing: { epoch, seq, prev: former, lineage, digest } };
}

const gap = (known: Standing, told: Numbered): Verdict =>
  stop('GAP', `number ${told.seq} follows ${told.prev}, applied up to ${known.seq}`);

const stop = (code: 'INCARNATION' | 'GAP' | 'NUMBERS', word: string): Verdict => ({
  is: 'stop',
  word: `${code} ${word}`,
  ...(code === 'NUMBERS' && { disputed: true }),
});

/** The first number that the descendant does not share with this ancestor; undefined: it is no ancestor. */
function branchOf(epoch: number, lineage: string): number | undefined {
  const found = lineage.split(' ').find((each) => each.startsWith(`${epoch}:`));
  return found === undefined ? undefined : Number(found.slice(found.indexOf(':') + 1));
}

/** An epoch is about when its incarnation began. */
function named(epoch: number): string {
  const at = new Date(epoch);
  return `incarnation ${epoch} (${Number.isNaN(at.getTime()) ? '?' : at.toISOString()})`;
}

/** Undefined: its proof is not valid, or it has no number that makes sense. No relay of the owner wrote it. */
export function numbersOf(record: Pick<LoggedRecord, 'header' | 'proof'>): Numbered | undefined {
  const { proof } = record;
  return proof.fault === undefined ? numbersIn(record, proof) : undefined;
}

/** Whether the owner numbered the first one after the other. Where they stand in the log may be a stranger's doing. */
export const isLater = (one: Numbered, other: Numbered | undefined): boolean =>
  other === undefined ||
  one.epoch > other.epoch ||
  (one.epoch === other.epoch && one.seq > other.seq);

function numbersIn(
  record: Pick<RawRecord, 'header'>,
  { digest, before }: Pick<Numbered, 'digest' | 'before'> = {},
): Numbered | undefined {
  const seq = numberIn(record.header(names.seq));
  const epoch = numberIn(record.header(names.epoch));
  const prev = numberIn(record.header(names.prev));
  const lineage = record.header(names.lineage) ?? '';
  const isSane = seq > 0 && epoch > 0 && prev < seq && lineagePattern.test(lineage);
  return isSane ? { epoch, seq, prev, lineage, digest, before } : undefined;
}

/** Of a record that was accepted before, as it is stored. */
export function isOfForgone(
  record: Pick<RawRecord, 'header'>,
  lives: readonly ForgoneLife[],
): boolean {
  const numbers = numbersIn(record);
  return numbers !== undefined && isForgone(numbers, lives);
}

/** Up to 15 digits, which a number holds exactly. */
const numberPattern = /^\d{1,15}$/;
const lineagePattern = /^(?:\d{1,15}:\d{1,15}(?: (?!$)|$)){0,16}$/;

const numberIn = (text: string | undefined): number =>
  text !== undefined && numberPattern.test(text) ? Number(text) : NaN;
