import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataTold, type PersonAsked } from '#libs/messaging';
import { Database } from '#libs/persistence';

/** The days on which a person's accounts were counted, for the export of all that is held of it. */
@Injectable()
export class DaysOfPerson extends PersonalData {
  constructor(private readonly database: Database) {
    super();
  }

  override async of({ accountIds }: PersonAsked): Promise<PersonalDataTold> {
    const { rows } = await this.database.query<Record<string, string>>(
      `select account_id::text as id, starts_on::text as "from", coalesce(ends_on::text, '') as "to", uai, item_code as item
         from account_interval where account_id = any($1::uuid[]) order by 1, 2 limit 1000`,
      [accountIds],
    );
    return {
      tables: [
        {
          title: 'Jours comptés',
          purpose: 'Compter les jours d’utilisation que la collectivité paie (convention, art. 7).',
          kept: 'Dix ans, comme pièce des factures ; sans nom.',
          recipients: 'Personne ne les voit un par un : la collectivité lit des nombres par école.',
          columns: ['Compte', 'Du', 'Au (non compris)', 'École', 'Article du marché'],
          rows: rows.map((row) => ['id', 'from', 'to', 'uai', 'item'].map((of) => row[of] ?? '')),
        },
      ],
    };
  }
}
