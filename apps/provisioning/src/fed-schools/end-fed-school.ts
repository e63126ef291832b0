import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { fedSchoolReasons, tooEarly } from './declare-fed-school.js';
import { FedSchools } from './fed-schools.pg.js';

export class SchoolNotFed extends defineProblem('SCHOOL_NOT_FED', 'conflict') {}

export type EndInput = {
  readonly uai: string;
  /** The first day without the feed; the first day of the feed: it never begins. */
  readonly endsOn: LocalDate;
  /** `CODE` or `CODE ticket`. */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/** From that day on the accounts of the school are made by calls again, those that waited first of all (PRV-9). */
@Injectable()
export class EndFedSchool {
  constructor(
    private readonly commands: Commands,
    private readonly fedSchools: FedSchools,
  ) {}

  /** Throws InputInvalid, NotVisible, SchoolNotFed. */
  async execute({ uai, endsOn, caller, idempotencyKey, ...input }: EndInput): Promise<void> {
    const reason = reasonCode(input.reason, fedSchoolReasons, 'FIN_ALIMENTATION');
    if (!(await this.fedSchools.isVisible(uai, marketsOf(caller)))) throw new NotVisible();
    const request = { uai, endsOn, reason };
    await this.commands.attempt(
      {
        operation: 'EndFedSchool',
        action: 'fed-school.ended',
        request,
        ...{ caller, idempotencyKey },
        refused: { subject: `school:${uai}`, details: request },
      },
      async (tx, today, journal) => {
        if (endsOn < today) throw tooEarly('ends_on');
        const by = { userId: caller.userId, reason, on: today };
        if (!(await this.fedSchools.end(tx, uai, endsOn, by))) throw notFed();
        if (endsOn === today) await this.fedSchools.markPeople(tx, uai, today);
        await journal({ details: request });
        return {};
      },
    );
  }
}

const notFed = () =>
  new SchoolNotFed(
    'Aucune période d’alimentation de cette école ne peut finir ce jour-là. Relisez la liste : la fin ne précède pas le début, ni ne touche la période suivante.',
  );
