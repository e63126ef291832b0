import { randomUUID } from 'node:crypto';
import { SchoolsConsumer as NamesConsumer } from '../../../apps/billing/src/schools/schools.consumer.js';
import { SchoolNames } from '../../../apps/billing/src/schools/school-names.pg.js';
import { CopiesConsumer } from '../../../apps/console/src/read-model/copies.consumer.js';
import { Copies } from '../../../apps/console/src/read-model/copies.pg.js';
import { PeopleCopies } from '../../../apps/console/src/read-model/people-copies.pg.js';
import { SchoolsConsumer } from '../../../apps/membership/src/schools/schools-financed/schools.consumer.js';
import { Schools } from '../../../apps/membership/src/schools/schools-financed/schools.pg.js';
import { PeopleConsumer } from '../../../apps/provisioning/src/copies/people.consumer.js';
import { People } from '../../../apps/provisioning/src/copies/people.pg.js';
import {
  PersonChangedSchema,
  PersonErasedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
  topics,
} from '#libs/contracts';
import {
  BatchConsumer,
  BatchContext,
  BusinessDayKeeper,
  type ReceivedEvent,
  rejoin,
  type StateDigest,
  StateDigests,
  type StateTable,
  TopicEnds,
} from '#libs/messaging';
import { type FreshDatabase, freshDatabase, type MessagingBed, testKeyRing } from '#libs/testing';

const personTable = { topic: topics.person.name, table: 'person', key: 'person_id' };
const schoolTable = { topic: topics.structure.name, table: 'school', key: 'uai' };
export const tablesOfOwner: readonly StateTable[] = [
  personTable,
  { ...schoolTable, table: 'structure' },
];

type Handler = (events: never[], context: BatchContext) => Promise<void>;
const structureConsumption = { handles: [StructureChangedSchema, StructureErasedSchema] };
const personConsumption = { handles: [PersonChangedSchema, PersonErasedSchema] };

export const copiesPeople = (service: string) => service !== 'membership' && service !== 'billing';

/** What a service does with what the directory tells, by the type of the event. */
export function handlersOf(service: string, { database }: FreshDatabase): Record<string, Handler> {
  if (!copiesPeople(service)) {
    const consumer =
      service === 'membership'
        ? new SchoolsConsumer(new Schools())
        : new NamesConsumer(new SchoolNames(database));
    return {
      [StructureChangedSchema.typeName]: (events, context) =>
        consumer.onStructureChanged(events, context),
      [StructureErasedSchema.typeName]: (events, context) =>
        consumer.onStructureErased(events, context),
    };
  }
  if (service === 'provisioning') {
    const consumer = new PeopleConsumer(new People(new Map()));
    return {
      [StructureChangedSchema.typeName]: (events, context) =>
        consumer.onStructureChanged(events, context),
      [StructureErasedSchema.typeName]: (events, context) =>
        consumer.onStructureErased(events, context),
      [PersonChangedSchema.typeName]: (events, context) =>
        consumer.onPersonChanged(events, context),
      [PersonErasedSchema.typeName]: (events, context) => consumer.onPersonErased(events, context),
    };
  }
  const consumer = new CopiesConsumer(new Copies(), new PeopleCopies());
  return {
    [StructureChangedSchema.typeName]: (events, context) => consumer.structures(events, context),
    [StructureErasedSchema.typeName]: (events, context) =>
      consumer.structuresErased(events, context),
    [PersonChangedSchema.typeName]: (events, context) => consumer.people(events, context),
    [PersonErasedSchema.typeName]: (events, context) => consumer.peopleErased(events, context),
  };
}

/** A service's database and its handlers of the directory's events, on real topics. */
export class CopyOfStates {
  private readonly group = randomUUID().slice(0, 8);
  private stopConsumer: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly service: string,
    private readonly kafka: MessagingBed,
    private readonly fresh: FreshDatabase,
  ) {}

  static async start(service: string, kafka: MessagingBed): Promise<CopyOfStates> {
    const fresh = await freshDatabase(service);
    await fresh.database.query('select platform.begin_day($1)', ['2022-10-03']);
    const copy = new CopyOfStates(service, kafka, fresh);
    await copy.listen();
    return copy;
  }

  /** Its topics were made anew: it reads them from their beginning, with the numbers that it has. */
  async listenAgain(): Promise<void> {
    const { brokers, namespace, logger } = this.kafka;
    const ends = new TopicEnds(`copy-${this.service}`, { brokers, namespace }, logger);
    for (const { name } of [topics.structure, topics.person]) {
      const logs = await ends.of(name);
      await this.fresh.unitOfWork.run((tx) => rejoin(tx, name, logs));
    }
    await ends.close();
    await this.listen();
  }

  private async listen(): Promise<void> {
    const { brokers, namespace, logger } = this.kafka;
    const ends = new TopicEnds(`copy-${this.service}`, { brokers, namespace }, logger);
    const consumer = new BatchConsumer(
      {
        // A group of its own, beside another database of the same service.
        ...{ service: `${this.service}-${this.group}`, brokers, namespace },
        consumes: {
          [topics.structure.name]: structureConsumption,
          ...(copiesPeople(this.service) && { [topics.person.name]: personConsumption }),
        },
      },
      {
        ...{ database: this.fresh.database, unitOfWork: this.fresh.unitOfWork, ends, logger },
        days: new BusinessDayKeeper(() => []),
        keyRing: testKeyRing,
      },
    );
    for (const [type, handle] of Object.entries(handlersOf(this.service, this.fresh))) {
      consumer.addHandler(
        type,
        (events: ReceivedEvent[], context?: BatchContext) => {
          if (!context) throw new RangeError('a batch has a context');
          return handle(events as never[], context);
        },
        true,
      );
    }
    this.stopConsumer = async () => {
      await consumer.close();
      await ends.close();
    };
    await new Promise<void>((resolve, reject) => {
      consumer.listen((error) => (error ? reject(error as Error) : resolve()));
    });
  }

  async stop(): Promise<void> {
    await this.stopConsumer();
    this.stopConsumer = () => Promise.resolve();
  }

  async drop(): Promise<void> {
    await this.stop();
    await this.fresh.drop();
  }

  digests(): Promise<StateDigest[]> {
    const tables = copiesPeople(this.service) ? [personTable, schoolTable] : [schoolTable];
    return new StateDigests(this.fresh.database, tables).read();
  }

  /** A person that the directory has erased, and this copy has not heard of it. */
  async hold(personId: string): Promise<void> {
    const sorted = this.service === 'console';
    await this.fresh.database.query(
      `insert into person (person_id, last_name, first_name, child_ids, guardian_ids, revision${sorted ? ', sort_name' : ''})
       values ($1, 'Parti', 'Élève', '{}', '{}', 1${sorted ? `, ' parti  eleve'` : ''})`,
      [personId],
    );
  }

  async lastNameOf(personId: string): Promise<string | undefined> {
    const { rows } = await this.fresh.database.query<{ last_name: string }>(
      'select last_name from person where person_id = $1',
      [personId],
    );
    return rows[0]?.last_name;
  }

  /** Provisioning's: whom it was to assess since the last time, and what it has counted of imports. */
  async work(): Promise<{ marked: string[]; consumed: number }> {
    const { rows: marks } = await this.fresh.database.query<{ person_id: string }>(
      `with gone as (delete from person_mark returning person_id)
       select distinct person_id::text from gone order by person_id`,
    );
    const { rows: imports } = await this.fresh.database.query<{ consumed: number }>(
      'select coalesce(sum(consumed), 0)::int as consumed from import_progress',
    );
    return {
      marked: marks.map((row) => row.person_id),
      consumed: imports[0]?.consumed ?? 0,
    };
  }
}
