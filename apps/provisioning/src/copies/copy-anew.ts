import { Injectable } from '@nestjs/common';
import { PersonChangedSchema, topics } from '#libs/contracts';
import { BusinessDate, LoggedStates } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { People } from './people.pg.js';

const peoplePerBatch = 500;

/**
 * Whom a rule of before has copied otherwise than they would be copied now (`is_outdated`, set by the migration that comes
 * with the rule) is copied again from the state that the topic still holds, by itself, and assessed anew. Once a day: whose
 * state is not there has a younger one on its way.
 */
@Injectable()
export class CopyAnew {
  private doneOn: LocalDate | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly states: LoggedStates,
    private readonly people: People,
  ) {}

  /** False when nobody is left for the day. Twice at once does no harm: a row is copied by one of them. */
  async execute(): Promise<boolean> {
    const today = await this.businessDate.today();
    if (this.doneOn === today) return false;
    let after = nobody;
    for (;;) {
      const ids = await this.outdated(after);
      if (ids.length > 0) await this.copy(ids);
      if (ids.length < peoplePerBatch) break;
      after = ids.at(-1)!;
    }
    this.doneOn = today;
    return false;
  }

  private outdated(after: string): Promise<string[]> {
    return this.unitOfWork.run(async (tx) => {
      const { rows } = await tx.query<{ person_id: string }>(
        'select person_id from person where is_outdated and person_id > $1 order by person_id limit $2',
        [after, peoplePerBatch],
      );
      return rows.map(({ person_id }) => person_id);
    });
  }

  private async copy(ids: readonly string[]): Promise<void> {
    const states = await this.states.newest(topics.person.name, PersonChangedSchema, ids);
    await this.unitOfWork.run(async (tx) => {
      // Locked, so that no younger state is overtaken by this one.
      const { rows } = await tx.query<{ person_id: string; revision: bigint }>(
        'select person_id, revision from person where is_outdated and person_id = any($1::uuid[]) order by person_id for update',
        [ids],
      );
      const revisionOf = new Map(rows.map((row) => [row.person_id, Number(row.revision)]));
      await this.people.replace(
        tx,
        states.filter(({ key, body }) => revisionOf.get(key) === body.revision),
      );
    });
  }
}

/** Before everybody. */
const nobody = '00000000-0000-0000-0000-000000000000';
