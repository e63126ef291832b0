import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type StructureChanged,
  StructureChangedSchema,
  StructureErasedSchema,
} from '#libs/contracts';
import { type BatchContext, newestRevisions, type ReceivedEvent } from '#libs/messaging';
import { SchoolNames } from './school-names.pg.js';

/** Keeps the copy of schools' names. Harmless when run twice: a state replaces a state. What is drafted keeps the name it has. */
@Controller()
export class SchoolsConsumer {
  constructor(private readonly names: SchoolNames) {}

  @EventPattern<string>(StructureChangedSchema.typeName)
  async onStructureChanged(
    @Payload() events: ReceivedEvent<StructureChanged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    const told = events.map(({ key: uai, body: { name, revision } }) => ({ uai, name, revision }));
    await this.names.replace(
      tx,
      newestRevisions(told, ({ uai }) => uai),
    );
  }

  @EventPattern<string>(StructureErasedSchema.typeName)
  async onStructureErased(
    @Payload() events: ReceivedEvent<undefined>[],
    @Ctx() { tx }: BatchContext,
  ) {
    await this.names.remove(
      tx,
      events.map(({ key }) => key),
    );
  }
}
