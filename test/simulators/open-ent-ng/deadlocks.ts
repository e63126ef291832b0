import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** A creation of a user, as far as another one may lock what it writes. */
export type Creation = { readonly structureId: string; readonly classId: string };

/**
 * Share of creations that are refused, in parts of 224: what entcore 6.15.4 was measured to refuse (row A). Of 32 in one
 * class one at a time 1, two at once 3, eight at once 16; eight at once over eight classes of one school 7; 62 of 96
 * sixteen at once.
 */
const whole = 224;
const parts = { alone: 7, sameClass: 15, otherClass: 6, most: 145 } as const;

/** A creation is under way until no other has come in its school for so long; at most so long in all. */
const [quietMs, underWayMaxMs] = [4, 40];

type UnderWay = Creation & { parts: number };
type School = { readonly underWay: Set<UnderWay>; lastMs: number };

/**
 * Neo4j refuses creations that run at once in one school (row A). Shares are added up, not drawn, so that a run can be
 * repeated: each whole refuses one creation.
 */
export class Deadlocks {
  /** A test that counts calls may switch them off. */
  isOn = true;
  /** Creations that were refused so far. */
  refused = 0;
  private readonly schools = new Map<string, School>();
  private readonly added = new Map<string, number>();

  /** Whether the creation is refused: nothing of it is written. */
  async refuses(creation: Creation): Promise<boolean> {
    if (!this.isOn) return false;
    const { structureId } = creation;
    const school = this.schools.get(structureId) ?? { underWay: new Set<UnderWay>(), lastMs: 0 };
    this.schools.set(structureId, school);
    const { underWay } = school;
    const own = { ...creation, parts: 0 };
    underWay.add(own);
    for (const each of underWay) each.parts = Math.max(each.parts, partsOf(each, underWay));
    await quiet(school);
    underWay.delete(own);
    if (underWay.size === 0) this.schools.delete(structureId);
    const sum = (this.added.get(structureId) ?? 0) + own.parts;
    this.added.set(structureId, sum % whole);
    if (sum < whole) return false;
    this.refused += 1;
    return true;
  }
}

/** Counted after what lies in the sockets is read: a slow machine shall not make those at once come one by one. */
async function quiet(school: School): Promise<void> {
  const begunMs = performance.now();
  school.lastMs = begunMs;
  for (let nowMs = begunMs; nowMs - begunMs < underWayMaxMs; nowMs = performance.now()) {
    const leftMs = school.lastMs + quietMs - nowMs;
    if (leftMs <= 0) return;
    await sleep(leftMs);
    await setImmediate();
    await setImmediate();
  }
}

function partsOf({ classId }: Creation, all: ReadonlySet<Creation>): number {
  const inClass = [...all].filter((each) => each.classId === classId).length - 1;
  const inOthers = all.size - 1 - inClass;
  const { alone, sameClass, otherClass, most } = parts;
  return Math.min(most, alone + sameClass * inClass + otherClass * inOthers);
}

/** The feeder passes the words of Neo4j on as they are, with status 400. */
export const deadlockDetected = [
  {
    code: 'Neo.TransientError.Transaction.DeadlockDetected',
    message: 'ForsetiClient can’t acquire ExclusiveLock: it would wait for itself.',
  },
];
