import { serviceNames, type ServiceName, topicNamed, topics } from '#libs/contracts';
import { judgeNumber, type Standing as Numbers } from '../../../libs/messaging/src/judge-number.js';
import { consumers } from '../../../deploy/tools/recovery/consumers.js';
import type {
  DatabaseFacts,
  ForgoneLife,
  PartitionLog,
  RecoveryFacts,
} from '../../../deploy/tools/recovery/facts.js';
import { statedNumbers } from '../../../deploy/tools/recovery/stated-numbers.js';
import { unitsOf } from '../../../deploy/tools/recovery/units.js';
import type { RecoveryPlan, Step } from '../../../deploy/tools/recovery/steps.js';

/** A few partitions of each kind: facts, of an owner that reads itself, and restated ones that close a circle. */
export const places = [
  [topics.calendar.name, 0],
  [topics.membership.name, 0],
  [topics.membership.name, 1],
  [topics.directoryImport.name, 0],
  [topics.account.name, 0],
  [topics.seat.name, 0],
  [topics.invoice.name, 0],
] as const;
type Place = (typeof places)[number];
const keyOf = ([topic, partition]: Place) => `${topic} ${partition}`;

type Record_ = {
  epoch: number;
  seq: number;
  prev: number;
  lineage: string;
  digest: { hex: string };
  /** Of the record that it follows in its partition (FCT-1). */
  before: { hex: string };
  what: string;
  atMs: number;
};
type Database = {
  /** As PostgreSQL tells one from another. */
  identity: number;
  lives: { epoch: number; branchSeq: number; identity: number }[];
  nextSeq: number;
  onTheWay: { key: string; what: string } | undefined;
  last: Record<string, { seq: number; digest: string }>;
  told: Record<string, Record_[]>;
  positions: Record<string, { next: number; standing: Numbers; topicId: string }>;
  applied: Record<string, string[]>;
  forgone: ForgoneLife[];
};

/** All services and Kafka in memory: numbers and digests as the relay gives them, judged as a consumer judges them. */
export class World {
  private clock = 1_000;
  private identities = 0;
  private words = 0;
  private topicId = 1;
  private log: Record<string, Record_[] | undefined> = {};
  private databases: Record<ServiceName, Database>;
  private backup: Record<ServiceName, Database>;
  /** What the last restores put aside. */
  private isKafkaAnew = false;
  private aside: Partial<Record<ServiceName, Database>> = {};

  constructor() {
    for (const place of places) this.log[keyOf(place)] = [];
    const empty = (): Database => ({
      ...{ identity: (this.identities += 1), lives: [], nextSeq: 1, onTheWay: undefined },
      ...{ last: {}, told: {}, positions: {}, applied: {}, forgone: [] },
    });
    const each = serviceNames.map((service) => [service, empty()] as const);
    this.databases = Object.fromEntries<Database>(each) as Record<ServiceName, Database>;
    this.backup = structuredClone(this.databases);
  }

  /** `dies`: after it has sent, before it knows. */
  tell(place: Place, dies = false): void {
    const owner = this.databases[topicNamed(place[0])!.owner];
    this.sendAgain(owner);
    const [newest] = owner.lives;
    if (newest?.identity !== owner.identity) {
      const epoch = Math.max((newest?.epoch ?? 0) + 1, (this.clock += 10));
      owner.lives.unshift({ epoch, branchSeq: owner.nextSeq, identity: owner.identity });
    }
    owner.onTheWay = { key: keyOf(place), what: `fact ${(this.words += 1)}` };
    if (dies) this.send(owner);
    else this.sendAgain(owner);
  }

  private sendAgain(owner: Database): void {
    const way = owner.onTheWay;
    if (!way) return;
    const sent = this.send(owner)!;
    (owner.told[way.key] ??= []).push(sent);
    owner.last[way.key] = { seq: sent.seq, digest: sent.digest.hex };
    owner.nextSeq += 1;
    owner.onTheWay = undefined;
  }

  private send({ onTheWay, nextSeq, lives, last }: Database): Record_ | undefined {
    if (!onTheWay) return undefined;
    const lineage = lives
      .slice(1)
      .map(({ epoch }, at) => `${epoch}:${lives[at]!.branchSeq}`)
      .join(' ');
    const { key, what } = onTheWay;
    const atMs = (this.clock += 1);
    const { epoch } = lives[0]!;
    const { seq: prev, digest: before } = last[key] ?? { seq: 0, digest: noDigest };
    const sent = {
      ...{ epoch, seq: nextSeq, prev, lineage, what, atMs },
      ...{ digest: { hex: `${epoch} ${nextSeq} ${what}` }, before: { hex: before } },
    };
    this.log[key]?.push(sent);
    return sent;
  }

  /** Reads up to so many records of a place. Gives the word where it stops, or what was set aside. */
  read(service: ServiceName, place: Place, most = Infinity): string | undefined {
    const [key, database] = [keyOf(place), this.databases[service]];
    const log = this.log[key] ?? [];
    const position = (database.positions[key] ??= {
      ...{ next: 0, standing: unread, topicId: `${this.topicId}` },
    });
    for (let left = most; left > 0 && position.next < log.length; left -= 1) {
      const record = log[position.next]!;
      const isForgone = database.forgone.some(
        (life) =>
          life.topic === place[0] &&
          (record.epoch === life.epoch
            ? record.seq >= life.fromSeq
            : record.epoch > life.epoch && record.epoch < life.untilEpoch),
      );
      const verdict = isForgone
        ? ({ is: 'repeat' } as const)
        : judgeNumber(position.standing, record, false);
      if (verdict.is === 'stop') return `${service} ${key}: ${verdict.word}`;
      if (verdict.is === 'old') return `${service} ${key}: of a life that is over`;
      position.next += 1;
      if (verdict.is !== 'next') continue;
      position.standing = verdict.standing;
      (database.applied[key] ??= []).push(record.what);
    }
    return undefined;
  }

  takeBackup(): void {
    this.backup = structuredClone(this.databases);
    // Of before it: who is put back further than the newest backup needs an older one.
    this.aside = {};
    this.isKafkaAnew = false;
  }

  /** A restored database is another one; a copy of the disk is not. */
  restore(services: readonly ServiceName[], asDisk = false): void {
    for (const service of services) {
      const identity = asDisk ? this.backup[service].identity : (this.identities += 1);
      if (!this.isKafkaAnew) this.aside[service] = this.databases[service];
      this.databases[service] = { ...structuredClone(this.backup[service]), identity };
    }
  }

  /** The way back from a restore: the names are swapped again. */
  putBack(services: readonly ServiceName[]): void {
    for (const service of services) {
      const aside = this.aside[service];
      if (aside) this.databases[service] = aside;
      delete this.aside[service];
    }
  }

  loseKafka(): void {
    this.log = {};
    this.topicId += 1;
    // What those told who are put back later is in no log, and its end does not show it: not held.
    this.isKafkaAnew = true;
    this.aside = {};
  }

  backupNumbers = () =>
    new Map(serviceNames.map((service) => [service, this.backup[service].nextSeq]));

  facts(): RecoveryFacts {
    return {
      databases: serviceNames.map((service) => this.factsOf(service)),
      logs: [...new Set(places.map(([topic]) => topic))].map((topic) => ({
        topic,
        id: `${this.topicId}`,
        partitions: this.partitionsOf(topic),
      })),
    };
  }

  private factsOf(service: ServiceName): DatabaseFacts {
    const { identity, lives, nextSeq, onTheWay, last, positions, forgone } =
      this.databases[service];
    const at = (key: string) => ({
      topic: key.split(' ')[0]!,
      partition: Number(key.split(' ')[1]),
    });
    return {
      service,
      told: {
        ...{ lives, nextSeq, onTheWay: onTheWay ? 1 : 0 },
        isSameLife: lives[0]?.identity === identity,
        tellingAgain: [],
        lastNumbers: Object.entries(last).map(([key, one]) => ({ ...at(key), ...one })),
      },
      positions: Object.entries(positions).map(([key, { next, standing, topicId }]) => ({
        ...{ ...at(key), topicId },
        ...{ ...standing, epoch: standing.epoch ?? null, nextOffset: next },
      })),
      forgone,
    };
  }

  private partitionsOf(topic: string): PartitionLog[] | undefined {
    const here = places.filter(([name]) => name === topic);
    if (here.some((place) => !this.log[keyOf(place)])) return undefined;
    return here.map((place) => {
      const log = this.log[keyOf(place)]!;
      return { partition: place[1], low: 0, high: log.length, first: log[0], last: log.at(-1) };
    });
  }

  /** Killed after so many units of work. */
  carryOut({ steps }: RecoveryPlan, units = Infinity): void {
    const done = unitsOf(steps)
      .slice(0, units)
      .flatMap((unit): Step[] => {
        if ('topics' in unit) return [{ do: 'make-topics', topics: unit.topics }];
        return 'steps' in unit ? [...unit.steps] : [unit.tellsAgain];
      });
    const restores = steps.filter((step) => step.do === 'restore');
    for (const step of [...restores, ...done]) this.carryOutOne(step);
  }

  private carryOutOne(step: Step): void {
    switch (step.do) {
      case 'restore':
        return this.restore(step.services);
      case 'make-topics':
        for (const place of places.filter(([topic]) => step.topics.includes(topic)))
          this.log[keyOf(place)] = [];
        return;
      case 'raise':
        this.databases[step.owner].identity = this.identities += 1;
        return;
      case 'forgo': {
        const untilEpoch = step.life.untilEpoch ?? (this.clock += 10);
        this.databases[step.consumer].forgone.push({ ...step.life, untilEpoch });
        return;
      }
      case 'keep-lost-days': {
        const untilEpoch = step.life.untilEpoch ?? (this.clock += 10);
        this.databases[step.owner].forgone.push({ ...step.life, untilEpoch });
        return;
      }
      case 'take-back': {
        const database = this.databases[step.consumer];
        database.forgone = database.forgone.filter((row) => row !== step.life);
        return;
      }
      case 'read-again':
        this.databases[step.consumer].positions = {};
        this.databases[step.consumer].applied = {};
        return;
      case 'follow':
        for (const partition of step.partitions) this.follow(step.consumer, step.topic, partition);
        return;
      case 'tell-again':
        for (const place of places.filter(([topic]) => step.topics.includes(topic)))
          for (const record of this.databases[step.owner].told[keyOf(place)] ?? [])
            this.log[keyOf(place)]!.push({ ...record, atMs: (this.clock += 1) });
        return;
      case 'rejoin':
        for (const partition of step.partitions) {
          const { positions } = this.databases[step.consumer];
          const position = positions[`${step.topic} ${partition}`]!;
          Object.assign(position, { next: 0, topicId: `${this.topicId}` });
        }
        return;
    }
  }

  private follow(service: ServiceName, topic: string, partition: number): void {
    const { told } = this.factsOf(topicNamed(topic)!.owner);
    const { digest, ...numbers } = statedNumbers(told, topic, partition);
    this.databases[service].positions[`${topic} ${partition}`]!.standing = {
      ...numbers,
      digest: digest === null ? undefined : { hex: digest },
    };
  }

  /** Where a reader has not exactly what the owner states, each once and in order. */
  differences(): string[] {
    return consumers.flatMap(({ service, topics: read, restated }) =>
      places
        .filter(([topic]) => read.includes(topic) && !restated.has(topic))
        .filter((place) => {
          const owner = this.databases[topicNamed(place[0])!.owner];
          const told = (owner.told[keyOf(place)] ?? []).map(({ what }) => what);
          return told.join() !== (this.databases[service].applied[keyOf(place)] ?? []).join();
        })
        .map((place) => `${service} ${keyOf(place)}`),
    );
  }
}

const noDigest = 'none';
const unread: Numbers = { epoch: 0, seq: 0, prev: 0, lineage: '' };
