import { useState } from 'react';
import { get } from '../../api.js';
import type { DoubleView } from '../../api-types.js';
import { likeness, reasonsInWords } from '#libs/trade';
import { DataTable } from '../../parts/data-table.js';
import { LookReasonForm, type StatedLook } from '../../parts/look-reason-form.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, profile, schoolsInWords, sourcesInWords } from '../../words.js';
import { doublePath, doublesPage } from './directory-paths.js';
import { useDirectoryCrumb } from './directory-sub-pages.js';
import { DoubleDecision } from './double-decision.js';

/** Both sides with their names. Level 2 of support says first why it looks; a head sees its own school (SUP-2). */
export function DoublePage({ pairId }: { pairId: string }) {
  const isSupport = hasRole(useSession(), 'support-2');
  const [why, setWhy] = useState<StatedLook | null>(isSupport ? null : {});
  return (
    <Page
      title="Comparer deux fiches"
      crumbs={[useDirectoryCrumb(), { label: 'Doublons', href: doublesPage }]}
    >
      {why ? (
        <Pair pairId={pairId} why={why} />
      ) : (
        <LookReasonForm submit="Afficher les deux fiches" look={setWhy} />
      )}
    </Page>
  );
}

function Pair({ pairId, why }: { pairId: string; why: StatedLook }) {
  const answer = useAnswer(`double ${pairId}`, () => get<DoubleView>(doublePath(pairId), why));
  const [outcome, setOutcome] = useState('');
  // Asking again would be another look.
  if (outcome)
    return (
      <>
        <Outcome words={outcome} />
        <p>
          <Link href={doublesPage}>Revenir aux doublons</Link>
        </p>
      </>
    );
  return (
    <Answer of={answer}>
      {(pair) => (
        <>
          <Sides pair={pair} />
          <p>
            Ressemblance : <strong>{likeness(pair.score).toLowerCase()}</strong>.{' '}
            {reasonsInWords(pair.reasons)} La question se pose depuis le {date(pair.foundOn)}.
          </p>
          {pair.answer === '' ? (
            <DoubleDecision pair={pair} done={setOutcome} />
          ) : (
            <p>
              {pair.answer === 'SAME'
                ? `Réunies le ${date(pair.answeredOn)}. Une réunion se défait depuis la liste.`
                : `Déclarées distinctes le ${date(pair.answeredOn)}.`}{' '}
              <Link href={doublesPage}>Revenir aux doublons</Link>
            </p>
          )}
        </>
      )}
    </Answer>
  );
}

function Sides({ pair: { known, newcomer } }: { pair: DoubleView }) {
  const row = (label: string, of: (side: DoubleView['known']) => string) => ({
    key: label,
    cells: [label, of(known) || '—', of(newcomer) || '—'],
  });
  /** Of a pupil nothing about children, of an adult no level: what neither side can have is no difference. */
  const rowOfSome = (label: string, of: (side: DoubleView['known']) => string | number) =>
    of(known) || of(newcomer) ? [row(label, (side) => String(of(side)))] : [];
  return (
    <DataTable
      hideCaption
      caption="Les deux fiches côte à côte"
      headers={['Ce qui est déclaré', 'Déjà connue', 'Arrivée ensuite']}
      multiline={[1, 2]}
      rows={[
        row('Nom', ({ lastName }) => lastName),
        row('Prénom', ({ firstName }) => firstName),
        row('Né·e le', ({ birthDate }) => (birthDate ? date(birthDate) : '')),
        row('Profil', ({ profiles }) => profiles.map(profile).join(', ')),
        ...rowOfSome('Niveau', ({ level }) => level),
        row('Écoles', ({ uais, schools }) => schoolsInWords(uais, schools)),
        ...rowOfSome('Enfants', ({ childCount }) => childCount),
        ...rowOfSome('Responsables', ({ guardianCount }) => guardianCount),
        row('Sources', ({ sources }) => sources.join(', ')),
        ...rowOfSome('D’où vient quoi', ({ attributeSources }) => sourcesInWords(attributeSources)),
        row('Présence', ({ leftOn }) => (leftOn ? `partie le ${date(leftOn)}` : 'présente')),
      ]}
    />
  );
}
