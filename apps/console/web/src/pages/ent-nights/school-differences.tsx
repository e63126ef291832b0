import { get } from '../../api.js';
import type { SchoolDifferences as Differences } from '../../api-types.js';
import {
  differenceExplained,
  differenceFate,
  differenceKind,
  incidentInWords,
} from '../../ent-night-words.js';
import { fedSchoolInWords } from '../../fed-school-words.js';
import { figuresInWords } from '../../ent-plan-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, plural, pricedSeats, schoolInWords } from '../../words.js';

/** What the ENT has otherwise than our accounts in one school, in figures (PRV-5): of a head, and of who decides. */
export function SchoolDifferences({ uai }: { uai: string }) {
  const path = `/api/schools/${encodeURIComponent(uai)}/ent-differences`;
  const answer = useAnswer(`ent differences ${uai}`, () => get<Differences>(path));
  return (
    <section aria-labelledby="ent-differences">
      <h2 id="ent-differences">Écarts avec l’ENT</h2>
      <Answer of={answer}>
        {(found) => (
          <>
            <Feed {...found} />
            <Waiting {...found} />
            <LastNight {...found} />
          </>
        )}
      </Answer>
    </section>
  );
}

export function SchoolDifferencesPage({ uai }: { uai: string }) {
  return (
    <Page title={`École ${uai}`}>
      <SchoolDifferences uai={uai} />
    </Page>
  );
}

function LastNight({ look, differences }: Differences) {
  if (!look) return <p>Aucune nuit n’a encore comparé cette école à l’ENT.</p>;
  const { day, status, incidentCode, compared, seats, seatsYearCents, schoolName, uai } = look;
  const explained = new Set(differences.map(({ kind }) => differenceExplained(kind)));
  const compares = plural(BigInt(compared), 'compte comparé', 'comptes comparés');
  return (
    <>
      <p>
        {schoolInWords(uai, schoolName)}, nuit du {date(day)} :{' '}
        {status === 'INCIDENT' ? incidentInWords(incidentCode) : `${compares}.`}{' '}
        {seats > 0 && `Places concernées : ${pricedSeats(seats, seatsYearCents)}.`}
      </p>
      {status !== 'INCIDENT' && (
        <DataTable
          hideCaption
          caption="Ce qui différait cette nuit-là"
          headers={['Comptes', 'Ce qui diffère', 'Suite']}
          numeric={[0]}
          multiline={[1, 2]}
          empty="Tout concordait."
          rows={differences.map(({ kind, fate, count: figure }) => ({
            key: `${kind} ${fate}`,
            cells: [count(figure), differenceKind(kind), differenceFate(fate)],
          }))}
        />
      )}
      {[...explained].map((why) => why && <p key={why}>{why}</p>)}
    </>
  );
}

function Feed({ feed }: Differences) {
  if (!feed) return null;
  return <p>{fedSchoolInWords(feed)}</p>;
}

function Waiting({ waiting }: Differences) {
  if (!waiting) return null;
  const { madeOn, expiresOn, figures, seats, seatsYearCents } = waiting;
  return (
    <p>
      <strong>Depuis le {date(madeOn)}, attendent un accord avant d’être faits dans l’ENT :</strong>{' '}
      {figuresInWords(figures)}, {pricedSeats(seats, seatsYearCents)}{' '}
      {seats > 1 ? 'places libérées' : 'place libérée'}. Sans décision avant le {date(expiresOn)},
      un nouveau plan est fait avec les chiffres du jour.
    </p>
  );
}
