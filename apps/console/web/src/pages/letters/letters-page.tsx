import { useState } from 'react';
import { get } from '../../api.js';
import type { LetterClasses } from '../../api-types.js';

type LetterClass = LetterClasses['classes'][number];
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useSession } from '../../session-context.js';
import { count } from '../../words.js';
import { OwnSchoolField } from '../directory/own-school-field.js';
import { HandMadeUsers } from '../ent-nights/hand-made-users.js';
import { SchoolDifferences } from '../ent-nights/school-differences.js';
import { LetterRequests } from './letter-requests.js';
import { PrintButton } from './print-button.js';

/** A head prints how the pupils and families of a class come in: two clicks from anywhere (AUT-1). */
export function LettersPage() {
  const { uais } = useSession();
  const [uai, setUai] = useState(uais.length === 1 ? uais[0]! : '');
  return (
    <Page
      title="Lettres d’accès"
      lead="Une page par élève, par responsable et par membre de l’équipe qui n’est pas encore entré dans l’ENT. Imprimez en recto seul, une feuille par personne ; distribuez, puis effacez le fichier."
    >
      {uais.length === 0 && <p>Votre profil ne désigne aucune école.</p>}
      {uais.length > 1 && <OwnSchoolField uais={uais} value={uai} change={setUai} />}
      {uai && (
        <div key={uai}>
          <LetterRequests uai={uai} />
          <Classes uai={uai} />
          <SchoolDifferences uai={uai} />
          <HandMadeUsers uai={uai} why={{}} />
        </div>
      )}
    </Page>
  );
}

type Adults = Pick<LetterClass, 'adults' | 'adultsActivated' | 'adultsNeverIn'>;

/** Of a class its pupils' guardians; of the staff's own list the staff. */
function adultsInWords({ adults, adultsActivated, adultsNeverIn }: Adults): string {
  if (adults === 0) return '—';
  const without = adults - adultsActivated - adultsNeverIn;
  return [
    `${count(adults)} :`,
    [
      `${count(adultsActivated)} déjà entrés`,
      `${count(adultsNeverIn)} jamais entrés`,
      ...(without > 0 ? [`${count(without)} sans accès`] : []),
    ].join(', '),
  ].join(' ');
}

function Classes({ uai }: { uai: string }) {
  const path = `/api/schools/${encodeURIComponent(uai)}`;
  const answer = useAnswer(`letter classes ${uai}`, () =>
    get<LetterClasses>(`${path}/letter-classes`),
  );
  return (
    <Answer of={answer}>
      {({ classes }) =>
        classes.length === 0 ? (
          <p>Aucune classe n’a d’élève aujourd’hui : les lettres suivent le prochain import.</p>
        ) : (
          <>
            <DataTable
              caption="Classes de l’école"
              headers={[
                'Classe',
                'Élèves',
                'Déjà entrés',
                'Jamais entrés',
                'Sans accès',
                'Responsables, ou équipe',
                'Lettres',
              ]}
              numeric={[1, 2, 3, 4]}
              multiline={[5]}
              rows={classes.map(({ label, pupils, activated, neverIn, ...adults }) => ({
                key: label,
                cells: [
                  label,
                  ...(pupils > 0
                    ? [pupils, activated, neverIn, pupils - activated - neverIn].map(count)
                    : ['—', '—', '—', '—']),
                  adultsInWords(adults),
                  <PrintButton
                    key="print"
                    label="Imprimer les lettres"
                    title={
                      pupils > 0
                        ? `Imprimer les lettres de la classe ${label}`
                        : `Imprimer les lettres : ${label}`
                    }
                    path={`${path}/letters`}
                    body={{ classLabel: label }}
                  />,
                ],
              }))}
            />
            <p>
              Mot de passe perdu, lettre égarée : la lettre d’une seule personne s’imprime depuis sa
              fiche.
            </p>
          </>
        )
      }
    </Answer>
  );
}
