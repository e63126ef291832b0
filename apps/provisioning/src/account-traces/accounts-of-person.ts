import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataTold, type PersonAsked } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { accountStateWords, causeWords, profileWords, wordOf } from '#libs/trade';
import type { AccountState, Cause, Profile } from '../accounts/accounts.module.js';

const purpose = 'Ouvrir, tenir et fermer le compte dans l’ENT (convention, art. 5).';
const kept =
  'L’identifiant de connexion jusqu’à la suppression du compte dans l’ENT ; l’historique, sans nom, dix ans, comme pièce des factures.';
const recipients =
  'Le fournisseur de l’ENT, l’école, l’assistance. Les codes d’activation restent dans l’ENT : aucun n’est gardé ici.';

const states: Readonly<Record<AccountState, string>> = accountStateWords;
const causes: Readonly<Record<Cause, string>> = causeWords;
const profiles: Readonly<Record<Profile, string>> = profileWords;

/** The accounts of a person, for the export of all that is held of it. Who decided on one is told by no name. */
@Injectable()
export class AccountsOfPerson extends PersonalData {
  constructor(private readonly database: Database) {
    super();
  }

  override async of({ personId }: PersonAsked): Promise<PersonalDataTold> {
    const accounts = await this.database.query<Record<string, string>>(
      `select account_id::text as id, profile, state, since::text, uai, coalesce(login, '') as login,
              coalesce(ent_id, '') as ent_id, source_key, coalesce(ent_external_id, '') as external_id,
              coalesce((select string_agg(p.uai || ' ' || p.class_label, ', ' order by p.uai, p.class_label) from ent_place p
                where p.account_id = account.account_id), '') as classes
         from account where person_id = $1 order by since, account_id`,
      [personId],
    );
    const history = await this.database.query<Record<string, string>>(
      `select t.account_id::text as id, t.effective_on::text, t.from_state, t.to_state, t.cause, t.uai,
              case when t.decided_by = '' then '' else 'par une personne habilitée' end as decided
         from account_transition t join account a using (account_id)
        where a.person_id = $1 order by t.account_id, t.sequence limit 1000`,
      [personId],
    );
    const cells = (rows: Record<string, string>[], ...of: string[]) =>
      rows.map((row) => of.map((name) => row[name] ?? ''));
    return {
      accountIds: accounts.rows.map(({ id = '' }) => id),
      tables: [
        {
          ...{ title: 'Comptes', purpose, kept, recipients },
          columns: [
            ...['Compte', 'Profil', 'État', 'Depuis', 'École', 'Identifiant de connexion'],
            ...[
              'Identifiant dans l’ENT',
              'Identifiant de la source',
              'Clé de connexion donnée à l’ENT',
              'Classes dans l’ENT',
            ],
          ],
          rows: cells(
            accounts.rows.map(({ profile = '', state = '', ...row }) => ({
              ...row,
              profile: wordOf(profiles, profile),
              state: wordOf(states, state),
            })),
            ...[
              'id',
              'profile',
              'state',
              'since',
              'uai',
              'login',
              'ent_id',
              'source_key',
              'external_id',
              'classes',
            ],
          ),
        },
        {
          ...{ title: 'Historique des comptes', purpose, kept, recipients },
          columns: ['Compte', 'Le', 'De', 'À', 'Cause', 'École', 'Décidé'],
          rows: cells(
            history.rows.map(({ from_state = '', to_state = '', cause = '', ...row }) => ({
              ...row,
              from_state: wordOf(states, from_state),
              to_state: wordOf(states, to_state),
              cause: wordOf(causes, cause),
            })),
            ...['id', 'effective_on', 'from_state', 'to_state', 'cause', 'uai', 'decided'],
          ),
        },
      ],
    };
  }
}
