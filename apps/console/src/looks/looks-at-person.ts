import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataTold, type PersonAsked } from '#libs/messaging';
import { Database } from '#libs/persistence';
import {
  lookActionWords,
  lookReasonInWords,
  lookRefusalWords,
  roleWords,
  wordOf,
} from '#libs/trade';
import { Looks } from './looks.pg.js';

const rowsMax = 1_000;

/**
 * Who looked at a person, by profile and never by name: that is the agent's own data. The export is a look itself, and is
 * written down before anything is told (SUP-2).
 */
@Injectable()
export class LooksAtPerson extends PersonalData {
  constructor(
    private readonly database: Database,
    private readonly looks: Looks,
  ) {
    super();
  }

  override async of({ personId, askedBy, role, reason }: PersonAsked): Promise<PersonalDataTold> {
    const ticket = reason.split(' ')[1];
    await this.looks.recordExport({
      ...{ userId: askedBy, role, personId },
      ...(ticket === undefined ? {} : { ticket }),
    });
    const { rows } = await this.database.query<LookRow>(
      `select to_char(recorded_at at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI') as "when",
              roles, action, reason, coalesce(refusal, '') as refusal
         from look where subjects @> array[$1::text] order by id desc limit ${rowsMax}`,
      [personId],
    );
    return {
      tables: [
        {
          title: 'Consultations',
          purpose: 'Savoir qui a consulté des données personnelles, et pourquoi (SUP-2).',
          kept: 'Un an.',
          recipients: 'La personne déléguée à la protection des données.',
          columns: ['Quand', 'Profil', 'Quoi', 'Motif', 'Refusée'],
          rows: rows.map(({ when, roles, action, reason, refusal }) => [
            when,
            roles.map((role) => wordOf(roleWords, role)).join(', '),
            wordOf(lookActionWords, action),
            lookReasonInWords(reason),
            wordOf(lookRefusalWords, refusal),
          ]),
        },
        {
          title: 'Copie pour la recherche',
          purpose:
            'Retrouver la personne quand elle, ou son école, appelle l’assistance (convention, art. 7.2).',
          kept: 'Effacée avec l’annuaire.',
          recipients: 'L’assistance, selon son niveau ; l’école.',
          columns: ['Donnée', 'Valeur'],
          rows: await this.copyOf(personId),
        },
      ],
    };
  }

  private async copyOf(personId: string): Promise<string[][]> {
    const { rows } = await this.database.query<{ last: string; first: string; birth: string }>(
      `select last_name as last, first_name as first, coalesce(birth_date::text, '') as birth from person where person_id = $1`,
      [personId],
    );
    return rows.flatMap(({ last, first, birth }) => [
      ['Nom', last],
      ['Prénom', first],
      ['Date de naissance', birth],
    ]);
  }
}

type LookRow = {
  when: string;
  roles: string[];
  action: string;
  reason: string | null;
  refusal: string;
};
