import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import { judgeNumber, type Numbered, type Standing } from './judge-number.js';

test.each([
  ['the last that the backup states', 1000, 49, false],
  ['the first that it does not', 1000, 50, true],
  ['a life before', 900, 70, false],
  ['a life that went on from what was lost', 1500, 3, true],
  ['the life that goes on from the backup', 2000, 50, false],
])('%s', (_name, epoch, seq, expected) => {
  const lives = [{ epoch: 1000, fromSeq: 50, untilEpoch: 2000 }];
  expect(isForgone({ epoch, seq }, lives)).toBe(expected);
});

/** An owner's database with its relay, as far as one partition shows it. */
type Owner = {
  readonly epoch: number;
  readonly lineage: string;
  readonly nextSeq: number;
  readonly last: number;
  /** What it states there, as epoch:seq. */
  readonly stated: readonly string[];
  readonly lastBatch: readonly Numbered[];
  /** Restored and not yet heard: its relay begins a life when it has something to tell. */
  readonly isNew: boolean;
};
/** Its consumer's, which is kept and put back together with it. */
type Reader = {
  readonly next: number;
  readonly standing: Standing;
  readonly applied: readonly string[];
  readonly forgoneLives: readonly ForgoneLife[];
  readonly stopped?: string;
};
type World = {
  readonly clock: number;
  readonly log: readonly Numbered[];
  readonly owner: Owner;
  readonly reader: Reader;
  readonly backups: readonly { readonly owner: Owner; readonly reader: Reader }[];
  /** Databases that were replaced, and still run somewhere. */
  readonly replaced: readonly Owner[];
};
type Step =
  | { readonly is: 'tell' | 'read'; readonly count: number }
  | { readonly is: 'repeat' | 'backup' }
  | { readonly is: 'restore' | 'late'; readonly which: number };

const idOf = ({ epoch, seq }: Numbered) => `${epoch}:${seq}`;
const newest = (owner: Owner, clock: number): Owner =>
  owner.isNew
    ? {
        ...{ ...owner, isNew: false, epoch: clock, lastBatch: [] },
        lineage: `${owner.epoch}:${owner.nextSeq} ${owner.lineage}`.trim(),
      }
    : owner;

/** Each record takes two numbers, the second is of another partition. */
function tell(before: Owner, clock: number, count: number): Owner {
  let owner = { ...newest(before, clock), lastBatch: [] as Numbered[] };
  for (let n = 0; n < count; n += 1) {
    const { epoch, lineage, nextSeq: seq, last: prev } = owner;
    const record = { epoch, seq, prev, lineage };
    owner = {
      ...{ ...owner, nextSeq: seq + 2, last: seq, lastBatch: [...owner.lastBatch, record] },
      stated: [...owner.stated, idOf(record)],
    };
  }
  return owner;
}

function read(reader: Reader, log: readonly Numbered[], count: number, compacted: boolean): Reader {
  let { next, standing } = reader;
  const applied = [...reader.applied];
  for (const record of log.slice(next, next + count)) {
    const verdict = judgeNumber(standing, record, compacted, reader.forgoneLives);
    if (verdict.is === 'stop' || verdict.is === 'old') {
      const word = verdict.is === 'stop' ? verdict.word : 'of a life that is over';
      return { ...reader, next, standing, applied, stopped: word };
    }
    if (verdict.is === 'next') {
      standing = verdict.standing;
      applied.push(idOf(record));
    }
    next += 1;
  }
  return { ...reader, next, standing, applied };
}

function step(world: World, one: Step, compacted: boolean): World {
  const clock = world.clock + 1;
  const now = { ...world, clock };
  switch (one.is) {
    case 'tell': {
      const owner = tell(world.owner, clock, one.count);
      return { ...now, owner, log: [...world.log, ...owner.lastBatch] };
    }
    case 'repeat':
      return { ...now, log: [...world.log, ...world.owner.lastBatch] };
    case 'read':
      return { ...now, reader: read(world.reader, world.log, one.count, compacted) };
    case 'backup': {
      const { owner, reader, backups } = world;
      return { ...now, backups: [...backups, { owner, reader }] };
    }
    case 'restore': {
      const backup = world.backups[one.which % Math.max(world.backups.length, 1)];
      if (!backup) return now;
      const { epoch, nextSeq: fromSeq } = backup.owner;
      const life = { epoch, fromSeq, untilEpoch: clock };
      return {
        ...{ ...now, owner: { ...backup.owner, isNew: true } },
        replaced: [...world.replaced, world.owner],
        reader: { ...backup.reader, forgoneLives: [...backup.reader.forgoneLives, life] },
      };
    }
    case 'late': {
      const index = one.which % Math.max(world.replaced.length, 1);
      const former = world.replaced[index];
      // One that had been restored and never heard begins no life any more.
      if (!former || former.isNew) return now;
      const owner = tell(former, clock, 1);
      return {
        ...{ ...now, log: [...world.log, ...owner.lastBatch] },
        replaced: world.replaced.with(index, owner),
      };
    }
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ is: fc.constantFrom('tell' as const, 'read' as const), count: fc.nat({ max: 4 }) }),
    fc.record({ is: fc.constantFrom('repeat' as const, 'backup' as const) }),
    fc.record({
      is: fc.constantFrom('restore' as const, 'late' as const),
      which: fc.nat({ max: 5 }),
    }),
  ),
  { maxLength: 40 },
);

describe('owner and consumer put back to the same moments, over and over', () => {
  test.each([false, true])(
    'what a forgone life told has no effect, what the kept one told has it exactly once (compacted: %s)',
    (compacted) => {
      fc.assert(
        fc.property(steps, (history) => {
          const standing = { epoch: 0, seq: 0, prev: 0, lineage: '' };
          let world: World = {
            ...{ clock: 1000, log: [], backups: [], replaced: [] },
            owner: {
              ...{ epoch: 1000, lineage: '', nextSeq: 1, last: 0 },
              ...{ stated: [], lastBatch: [], isNew: false },
            },
            reader: { next: 0, standing, applied: [], forgoneLives: [] },
          };
          for (const one of history) world = step(world, one, compacted);
          const { log } = world;
          const end = read(world.reader, log, log.length, compacted);
          expect(end.stopped).toBeUndefined();
          expect(end.applied).toEqual(world.owner.stated);
        }),
        { numRuns: 2_000 },
      );
    },
  );
});
