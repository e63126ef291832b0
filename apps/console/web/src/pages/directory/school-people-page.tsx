import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { SchoolsFound } from '../../api-types.js';
import { TextField } from '../../parts/fields.js';
import { LookReasonForm, type StatedLook } from '../../parts/look-reason-form.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';
import { DirectorySubPages, useDirectoryCrumb } from './directory-sub-pages.js';
import { OwnSchoolField } from './own-school-field.js';
import { SchoolPeople } from './school-people.js';

/** Who is in a school: a head in the own one; level 2 chooses a school and says why it looks (SUP-2). */
export function SchoolPeoplePage() {
  const isSupport = hasRole(useSession(), 'support-2');
  return (
    <Page
      title="Personnes d’une école"
      crumbs={[useDirectoryCrumb()]}
      lead={
        isSupport
          ? 'Les élèves avec leurs responsables, et l’équipe. Chaque liste affichée est inscrite au journal avec son motif.'
          : 'Vos élèves avec leurs responsables, et votre équipe, tels que l’annuaire les connaît aujourd’hui.'
      }
    >
      <DirectorySubPages />
      {isSupport ? <ChosenSchool /> : <OwnSchool />}
    </Page>
  );
}

function OwnSchool() {
  const { uais } = useSession();
  const [uai, setUai] = useState(uais.length === 1 ? uais[0]! : '');
  if (uais.length === 0) return <p>Votre profil ne désigne aucune école.</p>;
  return (
    <>
      {uais.length > 1 && <OwnSchoolField uais={uais} value={uai} change={setUai} />}
      {uai && <SchoolPeople key={uai} uai={uai} why={{}} />}
    </>
  );
}

function ChosenSchool() {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{ text: string; why: StatedLook } | null>(null);
  if (asked) return <FoundSchool text={asked.text} why={asked.why} again={() => setAsked(null)} />;
  return (
    <LookReasonForm submit="Afficher l’école" look={(why) => setAsked({ text: text.trim(), why })}>
      <TextField
        field="q"
        label="École"
        hintText="Code UAI, nom de l’école ou commune."
        nativeInputProps={{
          name: 'q',
          value: text,
          required: true,
          minLength: 2,
          maxLength: 100,
          autoComplete: 'off',
          onChange: (event) => setText(event.target.value),
        }}
      />
    </LookReasonForm>
  );
}

/** The only school of that name, or a choice of them. */
function FoundSchool({ text, why, again }: { text: string; why: StatedLook; again: () => void }) {
  const [chosen, setChosen] = useState('');
  const answer = useAnswer(`schools ${text}`, () =>
    get<SchoolsFound>('/api/support/schools', { q: text }),
  );
  return (
    <>
      <Answer of={answer}>
        {({ schools }) => {
          const uai = chosen || (schools.length === 1 ? schools[0]!.uai : '');
          if (uai) return <SchoolPeople key={uai} uai={uai} why={why} />;
          if (schools.length === 0) return <p>Aucune école ne correspond dans votre périmètre.</p>;
          return (
            <>
              <p>Plusieurs écoles correspondent : choisissez-en une.</p>
              <ul>
                {schools.map((school) => (
                  <li key={school.uai}>
                    <Button priority="tertiary no outline" onClick={() => setChosen(school.uai)}>
                      {`${school.name}, ${school.commune} (${school.uai})`}
                    </Button>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
      <Button priority="secondary" className="fr-mt-2w" onClick={again}>
        Choisir une autre école
      </Button>
    </>
  );
}
