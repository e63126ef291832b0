import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataTold, type PersonAsked } from '#libs/messaging';
import { Database } from '#libs/persistence';
import {
  accountStateWords,
  causeWords,
  letterKindWords,
  letterReasonInWords,
  profileWords,
  wordOf,
} from '#libs/trade';
import type { AccountState, Cause, Profile } from '../accounts/accounts.module.js';

const purpose = 'Ouvrir, tenir et fermer le compte dans l’ENT (convention, art. 5).';
const kept =
  'L’identifiant de connexion jusqu’à la suppression du compte dans l’ENT ; l’historique, sans nom, dix ans, comme pièce des factures.';
const recipients =
  'Le fournisseur de l’ENT, l’école, l’assistance. Les codes d’activation restent dans l’ENT : aucun n’est gardé ici.';

/** Each line that letters leave in the journal. */
const letterActionWords = {
  'letter.printed': 'Lettre imprimée',
  'letter.requested': 'Lettre demandée à l’école par l’assistance',
  'letter.requested.refused': 'Lettre demandée, et refusée',
} as const;

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
    // By the index of subjects: of the person's accounts, which are few.
    const letters = await this.database.query<Record<string, string>>(
      `select to_char(e.recorded_at at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI') as "when", substr(e.subject, 9) as id, e.action,
              coalesce(e.details->>'kind', '') as kind, coalesce(e.details->>'reason', '') as reason
         from platform.audit_entry e where e.subject = any($1) and e.action like 'letter.%' order by e.id desc limit 1000`,
      [accounts.rows.map(({ id }) => `account:${id}`)],
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
        {
          title: 'Lettres d’accès',
          purpose: 'Savoir qui a fait imprimer comment la personne entre dans l’ENT (AUT-1).',
          kept: 'Dix ans, au journal des actes : le compte, jamais un nom ni un code.',
          recipients,
          columns: ['Compte', 'Quand', 'Quoi', 'Précision'],
          rows: letters.rows.map(({ id = '', when = '', action = '', kind = '', reason = '' }) => [
            id,
            when,
            wordOf(letterActionWords, action),
            kind === '' ? letterReasonInWords(reason) : wordOf(letterKindWords, kind),
          ]),
        },
      ],
    };
  }
}
