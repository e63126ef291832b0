import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type ImportCompleted,
  ImportCompletedSchema,
  type PersonChanged,
  PersonChangedSchema,
  PersonErasedSchema,
  type StructureChanged,
  StructureChangedSchema,
  StructureErasedSchema,
} from '#libs/contracts';
import { type BatchContext, newestRevisions, type ReceivedEvent } from '#libs/messaging';
import { arraysOf } from '#libs/persistence';
import { recordImportFigures } from './approvals.pg.js';
import { completeImport, People } from './people.pg.js';

/** Harmless when run twice: a state replaces a state, and the positions drop what was counted. */
@Controller()
export class PeopleConsumer {
  constructor(private readonly people: People) {}

  @EventPattern<string>(PersonChangedSchema.typeName)
  async onPersonChanged(
    @Payload() events: ReceivedEvent<PersonChanged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    await this.people.replace(tx, events);
  }

  @EventPattern<string>(PersonErasedSchema.typeName)
  async onPersonErased(@Payload() events: ReceivedEvent<undefined>[], @Ctx() { tx }: BatchContext) {
    await this.people.erase(tx, events);
  }

  @EventPattern<string>(ImportCompletedSchema.typeName)
  async onImportCompleted(
    @Payload() events: ReceivedEvent<ImportCompleted>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body, businessDate } of events)
      await recordImportFigures(tx, body.importId, body.schools, businessDate);
    await completeImport(
      tx,
      events.map(({ body, businessDate }) => ({
        importId: body.importId,
        expected: body.personEvents,
        on: businessDate,
      })),
    );
  }

  @EventPattern<string>(StructureChangedSchema.typeName)
  async onStructureChanged(
    @Payload() events: ReceivedEvent<StructureChanged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    const told = events.map(({ key: uai, body: { name, revision } }) => ({ uai, name, revision }));
    await tx.query(
      `insert into school (uai, name, revision) select * from unnest($1::text[], $2::text[], $3::bigint[])
       on conflict (uai) do update set name = excluded.name, revision = excluded.revision
       where school.revision <= excluded.revision`,
      [
        ...arraysOf(
          newestRevisions(told, ({ uai }) => uai),
          ...(['uai', 'name', 'revision'] as const),
        ),
      ],
    );
  }

  /** The ENT cannot delete a structure either: its people leave it by their own events. */
  @EventPattern<string>(StructureErasedSchema.typeName)
  async onStructureErased(
    @Payload() events: ReceivedEvent<undefined>[],
    @Ctx() { tx }: BatchContext,
  ) {
    await tx.query('delete from school where uai = any($1)', [events.map(({ key }) => key)]);
  }
}
