import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../api.js';
import type { AccountSides as Sides, AccountView } from '../api-types.js';
import { DataTable } from '../parts/data-table.js';
import { Answer } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { Link } from '../router.js';
import { date } from '../words.js';
import { AccountDecision } from './account-decision.js';

type Props = {
  readonly account: AccountView;
  readonly why: { readonly reason?: string | undefined; readonly ticket?: string | undefined };
};

/** Directory, books and ENT side by side, which is asked each time it is opened (PRV-5). */
export function AccountSides({ account, why }: Props) {
  const path = `/api/support/accounts/${encodeURIComponent(account.accountId)}/sides`;
  const answer = useAnswer(`sides ${account.accountId}`, () => get<Sides>(path, why));
  return (
    <section aria-label="Annuaire, nos livres et l’ENT" data-testid="sides">
      <Answer of={answer}>
        {(sides) => (
          <>
            <Findings sides={sides} />
            {sides.mayRestore && (
              <AccountDecision account={account} offered={['RESTORE']} done={answer.reload} />
            )}
            {sides.failureCode && (
              <p>
                Cause : <code>{sides.failureCode}</code>. Tous les comptes d’une même cause se
                reprennent en une fois à la page <Link href="/refus-ent">Refus de l’ENT</Link>.
              </p>
            )}
            <Values sides={sides} />
            <Places sides={sides} />
            <Button priority="tertiary" size="small" onClick={answer.reload}>
              Comparer de nouveau
            </Button>
          </>
        )}
      </Answer>
    </section>
  );
}

function Findings({ sides: { ent, entInWords, workInWords, differences } }: { sides: Sides }) {
  const agrees = differences.length === 0 && (ent === 'PRESENT' || ent === 'ABSENT');
  return (
    <>
      <p className="fr-mt-2w">
        <strong>{entInWords}</strong> {workInWords}
      </p>
      {agrees && (
        <Alert
          small
          severity="success"
          className="fr-mb-2w"
          description="L’annuaire, nos livres et l’ENT concordent."
        />
      )}
      {differences.length > 0 && (
        <ul>
          {differences.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const abouts: Readonly<Record<string, string>> = {
  NAME: 'Nom',
  BIRTH_DATE: 'Date de naissance',
  KEY: 'Clé de la personne',
  LOGIN: 'Identifiant de connexion',
  BLOCK: 'Accès',
  USE: 'Première connexion',
  FAMILY: 'Famille',
};

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
const shown = (text: string) => (text === '' ? '—' : isDay(text) ? date(text) : text);

function Values({ sides }: { sides: Sides }) {
  return (
    <DataTable
      caption="Ce que dit chaque côté"
      headers={['Donnée', 'Annuaire', 'Nos livres', 'ENT', 'Accord']}
      multiline={[1, 2, 3]}
      rows={sides.lines.map(({ about, directory, books, ent, differs }) => ({
        key: about,
        cells: [
          abouts[about] ?? about,
          shown(directory),
          shown(books),
          shown(ent),
          differs ? <strong key="differs">diffère</strong> : 'oui',
        ],
      }))}
    />
  );
}

function Places({ sides }: { sides: Sides }) {
  const there = (is: boolean) => (is ? 'oui' : 'non');
  return (
    <DataTable
      caption="Ses classes"
      headers={['Classe', 'Annuaire', 'Nos livres', 'ENT']}
      multiline={[0]}
      empty="Aucun côté ne lui connaît de classe."
      rows={sides.places.map((place, index) => ({
        key: String(index),
        cells: [
          place.uai === ''
            ? 'Une autre école, qui ne vous est pas montrée'
            : `${place.classLabel}, ${place.schoolName || place.uai}`,
          there(place.inDirectory),
          there(place.inBooks),
          there(place.inEnt),
        ],
      }))}
    />
  );
}
