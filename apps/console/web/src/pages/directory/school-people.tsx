import { useState } from 'react';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../../api.js';
import type { PeoplePage, PersonView, SchoolPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import type { StatedLook } from '../../parts/look-reason-form.js';
import { Answer } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { classesOf, profilesOf } from '../../school-words.js';
import { count, profile } from '../../words.js';
import { StateBadge } from '../search-page.js';
import { HandMadeUsers } from '../ent-nights/hand-made-users.js';
import { schoolPath } from './directory-paths.js';

const onlyForACase =
  'Pour voir la suite, choisissez une classe, ou indiquez le numéro du dossier avec le motif.';
/** As many as an agent is shown without a case. */
const rowsOfPage = 20;

/** The people of one school, of a profile and a class at a time; another choice is another look (SUP-2). */
export function SchoolPeople({ uai, why }: { uai: string; why: StatedLook }) {
  const answer = useAnswer(`school ${uai}`, () => get<SchoolPage>(schoolPath(uai)));
  return <Answer of={answer}>{(page) => <Chosen page={page} why={why} />}</Answer>;
}

function Chosen({ page: { school, classes }, why }: { page: SchoolPage; why: StatedLook }) {
  const profiles = profilesOf(classes);
  const [of, setProfile] = useState(profiles[0]?.profile ?? '');
  const [classLabel, setClass] = useState('');
  const isShort = hasRole(useSession(), 'support-2') && !why.ticket;
  const heading = <h2 className="fr-h4">{`${school.name}, ${school.commune} (${school.uai})`}</h2>;
  if (profiles.length === 0)
    return (
      <>
        {heading}
        <p>L’annuaire ne connaît encore personne dans cette école.</p>
      </>
    );
  const itsClasses = classesOf(classes, of);
  const query = { profile: of, classLabel, limit: rowsOfPage, ...why };
  return (
    <>
      {heading}
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-2w">
        <div className="fr-col-12 fr-col-md-4">
          <Select
            label="Profil"
            nativeSelectProps={{
              name: 'profile',
              value: of,
              onChange: (event) => {
                setProfile(event.target.value);
                setClass('');
              },
            }}
          >
            {profiles.map(({ profile: one, people }) => (
              <option key={one} value={one}>
                {`${profile(one)} (${count(people)})`}
              </option>
            ))}
          </Select>
        </div>
        {itsClasses.length > 0 && (
          <div className="fr-col-12 fr-col-md-4">
            <Select
              label="Classe"
              nativeSelectProps={{
                name: 'classLabel',
                value: classLabel,
                onChange: (event) => setClass(event.target.value),
              }}
            >
              <option value="">Toutes les classes</option>
              {itsClasses.map(({ classLabel: label, people }) => (
                <option key={label} value={label}>
                  {`${label} (${count(people)})`}
                </option>
              ))}
            </Select>
          </div>
        )}
      </div>
      <Paged<PeoplePage>
        key={`${of} ${classLabel}`}
        path={`${schoolPath(school.uai)}/people`}
        query={query}
        instead={isShort ? <p>{onlyForACase}</p> : undefined}
      >
        {({ people }) => <PeopleTable people={people} of={of} why={why} />}
      </Paged>
      <HandMadeUsers uai={school.uai} why={why} />
    </>
  );
}

function PeopleTable({
  people,
  of,
  why,
}: {
  people: readonly PersonView[];
  of: string;
  why: StatedLook;
}) {
  const search = new URLSearchParams(Object.entries(why).filter(([, value]) => value)).toString();
  const relatives = of === 'STUDENT' ? 'Responsables' : of === 'RELATIVE' ? 'Enfants' : null;
  return (
    <DataTable
      hideCaption
      caption={`Personnes de profil ${profile(of)}`}
      headers={['Personne', 'Classes et groupes', ...(relatives ? [relatives] : []), 'Compte']}
      multiline={[0, 1, 2]}
      empty="Personne de ce profil dans cette école."
      rows={people.map((person) => ({
        key: person.personId,
        cells: [
          <span key="who">
            <Link href={`/assistance/personnes/${person.personId}${search ? `?${search}` : ''}`}>
              {person.displayName}
            </Link>
            {person.isElsewhere && (
              <span className="fr-hint-text fr-mb-0">aussi dans une autre école</span>
            )}
          </span>,
          among(person.places.filter((place) => place.profile === of).flatMap(classesAndGroups)),
          ...(relatives
            ? [among([...person.guardians, ...person.children].map((one) => one.displayName))]
            : []),
          <Account key="account" person={person} of={of} />,
        ],
      }))}
    />
  );
}

function Account({ person, of }: { person: PersonView; of: string }) {
  // The one that is not deleted comes first.
  const account = person.accounts.find((one) => one.profile === of);
  return account ? <StateBadge value={account.state} /> : 'Pas encore de compte';
}

const classesAndGroups = (place: PersonView['places'][number]) => [
  classOf(place),
  ...place.furtherClasses,
  ...place.groups.map((group) => `groupe ${group}`),
];
const classOf = ({ classLabel, level }: PersonView['places'][number]) =>
  level && !classLabel.includes(level) ? `${classLabel} (${level})`.trim() : classLabel;
const among = (values: readonly string[]) => [...new Set(values)].filter(Boolean).join(', ') || '—';
