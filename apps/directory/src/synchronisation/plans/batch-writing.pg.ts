import { setImmediate as sent } from 'node:timers/promises';
import type { Outbox } from '#libs/messaging';
import { together, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { PersonFacts, PersonIdentity, PersonState } from '../../people/people.module.js';
import { effectiveDay } from '../domain/effective-day.js';
import type { ImportConnection } from '../import-connection.pg.js';
import { linkClasses } from './steps/class-link-steps.pg.js';
import { derive } from './anew/derivation.pg.js';
import { keepMatches } from './matched-merges.pg.js';
import { writeNewcomersSql } from './steps/newcomer-steps.pg.js';
import {
  clearBatch,
  forgetForgedNumbers,
  staleInBatchSql,
  stateNoMore,
  statePeople,
  stateRest,
  takeBatch,
} from './steps/part-steps.pg.js';
import { isDeliveredElsewhere } from './steps/number-steps.pg.js';
import { keepStatedBefore } from './steps/stated-before.pg.js';

// Named, so that PostgreSQL need not plan them for each batch; it does again once statistics are taken anew.
const takeNext = { name: 'take batch', text: takeBatch };
const staleInBatch = { name: 'stale in batch', text: staleInBatchSql(isDeliveredElsewhere) };
const writeNewcomers = { name: 'write newcomers', text: writeNewcomersSql };

export type OpenPart = {
  readonly planId: string;
  readonly partId: string;
  readonly number: number;
};

export type Batch = {
  readonly personIds: readonly string[];
  readonly changes: number;
  readonly lastSeq: bigint;
  readonly isStale: boolean;
  /** Somebody of it is stated already, or there. */
  readonly areKnown: boolean;
};

/** The people of one transaction, batch by batch. What is told of a batch is encoded while the next one is written. */
export class BatchWriting {
  /** Changes that were written. */
  taken = 0;
  private events = 0;
  private created = 0;
  private changed = 0;
  private removed = 0;
  private untold: readonly PersonState[] = [];

  constructor(
    private readonly connection: ImportConnection,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
    private readonly tx: Transaction,
    private readonly part: OpenPart,
  ) {}

  /** The next changes after one, at most so many; undefined where there are none. */
  async take(after: bigint, limit: number): Promise<Batch | undefined> {
    const { source, importId } = this.connection.work;
    const { planId, number } = this.part;
    const [, taken, checked] = await together(
      this.taken > 0 ? this.tx.query(clearBatch) : Promise.resolve(),
      this.tx.rows<{ seq: bigint; person_id: string }>(takeNext, [
        ...[planId, number, after.toString(), limit],
      ]),
      this.tx.rows<{ stale: boolean; known: boolean }>(staleInBatch, [
        ...[source.sourceCode, importId, planId],
      ]),
    );
    const last = taken.at(-1);
    if (!last) return undefined;
    return {
      personIds: [...new Set(taken.map(({ person_id }) => person_id))],
      changes: taken.length,
      lastSeq: last.seq,
      isStale: checked[0]!.stale,
      areKnown: checked[0]!.known,
    };
  }

  async write(batch: Batch): Promise<void> {
    const untold = this.untold;
    const [states] = await together(
      batch.areKnown ? this.writeKnown() : this.writeNewcomers(batch),
      this.tell(untold),
    );
    this.untold = states;
    this.taken += batch.changes;
  }

  /** Tells of the last ones and counts; gives the number of events. */
  async finish(): Promise<number> {
    await this.tell(this.untold);
    await this.connection.update(
      this.tx,
      `people_applied = people_applied + $2, people_created = people_created + $3,
       people_changed = people_changed + $4, people_removed = people_removed + $5`,
      [this.events, this.created, this.changed, this.removed],
    );
    return this.events;
  }

  private async tell(states: readonly PersonState[]): Promise<void> {
    if (states.length === 0) return;
    // What is written meanwhile is on its way first.
    await sent();
    const events = this.facts.told(states, this.part.partId);
    this.events += events.length;
    await this.outbox.add(this.tx, ...events);
  }

  private get day(): LocalDate {
    const { datedOn, startedOn } = this.connection.work;
    return effectiveDay(datedOn, startedOn);
  }

  /** What the source says of them now, then all that every source says of them. */
  private async writeKnown(): Promise<PersonState[]> {
    const { source, importId, datedOn, startedOn } = this.connection.work;
    const { tx } = this;
    const [, , , , , , { here, goneIds }] = await together(
      tx.query(keepMatches, [source.sourceCode, importId, this.part.planId, startedOn]),
      tx.query(keepStatedBefore, [source.sourceCode, this.day]),
      tx.query(forgetForgedNumbers, [source.sourceCode, importId]),
      tx.query(statePeople, [source.sourceCode, importId, datedOn]),
      together(
        ...[...stateNoMore, ...stateRest].map((sql) =>
          tx.query(sql, [source.sourceCode, importId]),
        ),
      ),
      this.linkClasses(),
      derive(tx, { partId: this.part.partId, day: this.day }),
    );
    const created = here.filter(({ isNew }) => isNew).length;
    this.created += created;
    this.changed += here.length - created;
    this.removed += goneIds.length;
    return this.facts.states(tx, [...here.map(({ personId }) => personId), ...goneIds]);
  }

  private async writeNewcomers({ personIds, changes }: Batch): Promise<PersonState[]> {
    const { source, importId, datedOn } = this.connection.work;
    this.created += personIds.length;
    return this.facts.newcomers(this.tx, personIds, {
      written: this.tx.rows<PersonIdentity>(writeNewcomers, [
        ...[source.sourceCode, importId, datedOn, this.part.partId, this.day],
      ]),
      academy: source.kind === 'AAF_1D' ? source.academyCode : '',
      haveOneKey: personIds.length === changes,
      linkClasses: () => this.linkClasses(),
    });
  }

  /** Classes and groups of adults. */
  private async linkClasses(): Promise<void> {
    const { source, importId } = this.connection.work;
    await together(
      ...linkClasses.map((sql) => this.tx.query(sql, [source.sourceCode, importId, this.day])),
    );
  }
}
