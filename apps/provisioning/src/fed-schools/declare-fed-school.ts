import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { defineProblem, InputInvalid } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { Academies } from './academies.js';
import { FedSchools } from './fed-schools.pg.js';

export class FedSchoolOverlaps extends defineProblem('FED_SCHOOL_OVERLAPS', 'conflict') {}

/** What a declaration or its end may rest on. A list, because what is journalled is never erased (SUP-4). */
export const fedSchoolReasons = ['ALIMENTATION_ACADEMIE', 'FIN_ALIMENTATION', 'ERREUR'] as const;

export type DeclareInput = {
  readonly uai: string;
  readonly academy: string;
  readonly startsOn: LocalDate;
  /** `CODE` or `CODE ticket`. */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/** From a day on an academy's feed fills a school: no call makes an account or a class there (PRV-9). */
@Injectable()
export class DeclareFedSchool {
  constructor(
    private readonly commands: Commands,
    private readonly fedSchools: FedSchools,
    private readonly academies: Academies,
  ) {}

  /** Throws InputInvalid, NotVisible, FedSchoolOverlaps. */
  async execute({ uai, academy, startsOn, caller, idempotencyKey, ...input }: DeclareInput) {
    const reason = reasonCode(input.reason, fedSchoolReasons, 'ALIMENTATION_ACADEMIE');
    this.academies.require(academy);
    if (!(await this.fedSchools.isVisible(uai, marketsOf(caller)))) throw new NotVisible();
    const request = { uai, academy, startsOn, reason };
    await this.commands.attempt(
      {
        operation: 'DeclareFedSchool',
        action: 'fed-school.declared',
        request,
        ...{ caller, idempotencyKey },
        refused: { subject: `school:${uai}`, details: request },
      },
      async (tx, today, journal) => {
        if (startsOn < today) throw tooEarly('starts_on');
        const period = { fedSchoolId: randomUUID(), uai, academy, startsOn };
        const by = { userId: caller.userId, reason, on: today };
        if (!(await this.fedSchools.declare(tx, period, by))) throw overlaps();
        if (startsOn === today) await this.fedSchools.markPeople(tx, uai, today);
        await journal({ details: request });
        return {};
      },
    );
  }
}

/** Calls were made until today. */
export const tooEarly = (field: string) =>
  new InputInvalid('Choisissez aujourd’hui ou un jour à venir : ce qui est passé ne change pas.', {
    field,
  });

const overlaps = () =>
  new FedSchoolOverlaps(
    'Une période d’alimentation de cette école couvre déjà ce jour. Relisez la liste, puis terminez d’abord cette période.',
  );
