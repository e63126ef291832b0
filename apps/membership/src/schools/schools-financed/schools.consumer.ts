import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type StructureChanged,
  StructureChangedSchema,
  StructureErasedSchema,
} from '#libs/contracts';
import { type BatchContext, newestRevisions, type ReceivedEvent } from '#libs/messaging';
import { Schools } from './schools.pg.js';

/**
 * Keeps the copy of schools. Harmless when run twice: a state replaces a state. Links that stand are
 * not judged again when a school moves or closes: ending one is the coordinator's decision.
 */
@Controller()
export class SchoolsConsumer {
  constructor(private readonly schools: Schools) {}

  @EventPattern<string>(StructureChangedSchema.typeName)
  async onStructureChanged(
    @Payload() events: ReceivedEvent<StructureChanged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    const told = events.map(({ key: uai, body: { insee, public: isPublic, revision } }) => ({
      ...{ uai, insee, isPublic, revision },
    }));
    await this.schools.replace(
      tx,
      newestRevisions(told, ({ uai }) => uai),
    );
  }

  @EventPattern<string>(StructureErasedSchema.typeName)
  async onStructureErased(
    @Payload() events: ReceivedEvent<undefined>[],
    @Ctx() { tx }: BatchContext,
  ) {
    await this.schools.remove(
      tx,
      events.map(({ key }) => key),
    );
  }
}
