import { headers as names } from '#libs/contracts';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import type { RawRecord } from './received-event.js';

/** Up to which number of which incarnation of its owner a partition was applied. */
export type Standing = {
  /** 0: nothing numbered was read yet; undefined: whatever comes next is taken, as a person has decided. */
  readonly epoch: number | undefined;
  readonly seq: number;
  /** Of the record before that one, here. */
  readonly prev: number;
  /** Of that incarnation. */
  readonly lineage: string;
};

/** What a record says of itself. */
export type Numbered = {
  readonly epoch: number;
  readonly seq: number;
  readonly prev: number;
  readonly lineage: string;
};

export type Verdict =
  | { readonly is: 'next'; readonly standing: Standing }
  | { readonly is: 'repeat' }
  /** Of a life that its owner no longer states: passed over, where it stands does not move. */
  | { readonly is: 'forgone' }
  /** Not its owner's, or of a life of its database that another has succeeded: set aside. */
  | {
      readonly is: 'strange';
      readonly cause: 'FOREIGN_NUMBER' | 'OLD_INCARNATION';
      readonly detail: string;
    }
  /** To go on would lose or contradict facts: the partition stops until a person decides. */
  | { readonly is: 'stop'; readonly word: string };

const repeat = { is: 'repeat' } as const;
const forgone = { is: 'forgone' } as const;

/**
 * Each record says which number it follows in its partition, so what was skipped, sent twice or slipped in shows.
 * `compacted`: the broker drops older states of a key, so gaps are normal there.
 */
export function judgeNumber(
  known: Standing,
  told: Numbered | undefined,
  compacted: boolean,
  forgoneLives: readonly ForgoneLife[] = [],
): Verdict {
  if (told === undefined)
    return { is: 'strange', cause: 'FOREIGN_NUMBER', detail: 'no number of a relay' };
  if (forgoneLives.length > 0 && isForgone(told, forgoneLives)) return forgone;
  if (known.epoch === undefined) return next(known, told);
  if (known.epoch === 0 || told.epoch === known.epoch) return judgeInChain(known, told, compacted);
  if (told.epoch < known.epoch) {
    const branch = branchOf(told.epoch, known.lineage);
    if (branch !== undefined && told.seq < branch) return repeat;
    const detail = `number ${told.seq} of ${named(told.epoch)}, succeeded by ${named(known.epoch)}`;
    return { is: 'strange', cause: 'OLD_INCARNATION', detail };
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
  if (known.epoch !== 0 && told.prev === known.prev && told.seq < known.seq) {
    const word = `numbers ${known.seq} and ${told.seq} both follow ${told.prev}: one is not its owner's`;
    return stop('NUMBERS', word);
  }
  if (told.seq <= known.seq) return repeat;
  if (told.prev < known.seq) {
    const detail = `number ${told.seq} follows ${told.prev}, applied up to ${known.seq}`;
    return { is: 'strange', cause: 'FOREIGN_NUMBER', detail };
  }
  if (told.prev > known.seq && !compacted) return gap(known, told);
  return next(known, told);
}

/** The number before is what stood here: where states between were dropped, what follows that one is no other. */
const next = (known: Standing, { epoch, seq, prev, lineage }: Numbered): Verdict => ({
  is: 'next',
  standing: { epoch, seq, prev: known.epoch === undefined ? prev : known.seq, lineage },
});

const gap = (known: Standing, told: Numbered): Verdict =>
  stop('GAP', `number ${told.seq} follows ${told.prev}, applied up to ${known.seq}`);

const stop = (code: 'INCARNATION' | 'GAP' | 'NUMBERS', word: string): Verdict => ({
  is: 'stop',
  word: `${code} ${word}`,
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

/** Undefined: it bears no number, or none that makes sense. No relay wrote it: each numbers all that it sends. */
export function numbersOf(record: Pick<RawRecord, 'header'>): Numbered | undefined {
  const seq = numberIn(record.header(names.seq));
  const epoch = numberIn(record.header(names.epoch));
  const prev = numberIn(record.header(names.prev));
  const lineage = record.header(names.lineage) ?? '';
  const isSane = seq > 0 && epoch > 0 && prev < seq && lineagePattern.test(lineage);
  return isSane ? { epoch, seq, prev, lineage } : undefined;
}

export function isOfForgone(
  record: Pick<RawRecord, 'header'>,
  lives: readonly ForgoneLife[],
): boolean {
  const numbers = numbersOf(record);
  return numbers !== undefined && isForgone(numbers, lives);
}

/** Up to 15 digits, which a number holds exactly. */
const numberPattern = /^\d{1,15}$/;
const lineagePattern = /^(?:\d{1,15}:\d{1,15}(?: (?!$)|$)){0,16}$/;

const numberIn = (text: string | undefined): number =>
  text !== undefined && numberPattern.test(text) ? Number(text) : NaN;
