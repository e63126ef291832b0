import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { serviceNames } from '#libs/contracts';
import { type Caller, hasRole, NotVisible } from '#libs/identity';
import type { PersonalDataTable } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { OtherServices } from '../other-services/other-services.module.js';
import { PersonData } from './person-data.pg.js';

/** What is held of a child is given by the data-protection officer, who knows who may ask for it. */
export class PupilByOfficerOnly extends defineProblem('PUPIL_BY_OFFICER_ONLY', 'forbidden') {}

export const exportReasons = ['DEMANDE_PERSONNE', 'CONTROLE', 'RECLAMATION'] as const;

export type PersonExport = {
  readonly personId: string;
  readonly businessDate: LocalDate;
  readonly exportedAt: Date;
  readonly services: readonly {
    readonly service: string;
    readonly tables: readonly PersonalDataTable[];
  }[];
};

/** All that is held of a person (RGPD art. 15); journalled here and as a look before anything is told (SUP-2). */
@Injectable()
export class ExportPerson {
  constructor(
    private readonly commands: Commands,
    private readonly people: PersonData,
    private readonly others: OtherServices,
  ) {}

  /** Throws NotVisible for nobody, PupilByOfficerOnly, InputInvalid for a reason of its own; `unavailable` where one is away. */
  async execute(asked: {
    personId: string;
    reason: string;
    caller: Caller;
  }): Promise<PersonExport> {
    const { caller } = asked;
    const personId = asked.personId.toLowerCase();
    const reason = reasonCode(asked.reason, exportReasons, 'DEMANDE_PERSONNE');
    const held = await this.people.of(personId);
    if (!held) throw new NotVisible();
    const role = hasRole(caller, 'dpo') ? 'dpo' : 'admin';
    if (held.isPupil && role !== 'dpo')
      throw new PupilByOfficerOnly(
        'Ce qui est détenu sur un élève est remis par la personne déléguée à la protection des données : adressez-lui la demande.',
      );
    const businessDate = await this.commands.run(
      { operation: 'ExportPerson', action: 'person.exported', subject: `person:${personId}` },
      { caller, reason },
      (_tx, today) => Promise.resolve(today),
    );
    const person = { personId, accountIds: [], askedBy: caller.userId, role, reason };
    const [console, provisioning] = ['console', 'provisioning'].map((name) =>
      this.others.all.find(({ service }) => service === name)!,
    );
    // First of all: the look is written down there.
    const looks = await console!.tellPersonalData(person);
    const accounts = await provisioning!.tellPersonalData(person);
    const { accountIds = [] } = accounts;
    const told = new Map([
      ['directory', held.tables],
      ['console', looks.tables],
      ['provisioning', accounts.tables],
      ...(await Promise.all(
        this.others.all
          .filter((other) => other !== console && other !== provisioning)
          .map(async (other) => {
            const { tables } = await other.tellPersonalData({ ...person, accountIds });
            return [other.service, tables] as const;
          }),
      )),
    ]);
    return {
      personId,
      businessDate,
      exportedAt: new Date(),
      services: serviceNames.map((service) => ({ service, tables: told.get(service) ?? [] })),
    };
  }
}
