import { letterReasonInWords } from '#libs/trade';
import { get } from '../../api.js';
import type { SchoolLetterRequests } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { date, profile } from '../../words.js';
import { PrintButton } from './print-button.js';

/** What the assistance, who sees no code, asks the head to print (AUT-1); nothing where it asks nothing. */
export function LetterRequests({ uai }: { uai: string }) {
  const answer = useAnswer(`letter requests ${uai}`, () =>
    get<SchoolLetterRequests>(`/api/schools/${encodeURIComponent(uai)}/letter-requests`),
  );
  return (
    <Answer of={answer}>
      {({ requests }) =>
        requests.length > 0 && (
          <section className="fr-mb-4w">
            <h2>Lettres à imprimer</h2>
            <p>
              L’assistance, qui ne voit aucun code, les demande après un appel, ou l’ENT a été
              restauré et la personne doit activer son compte de nouveau. Imprimez la lettre et
              remettez-la à la personne. Les lettres d’une classe s’impriment aussi ensemble.
            </p>
            <DataTable
              caption="Lettres demandées"
              hideCaption
              headers={['Personne', 'Classe', 'Motif', 'Demandée le', 'Lettre']}
              multiline={[0, 2]}
              rows={requests.map((request) => ({
                key: request.accountId,
                cells: [
                  `${request.displayName}, ${profile(request.profile).toLowerCase()}`,
                  request.classLabel || '—',
                  letterReasonInWords(request.reason),
                  date(request.askedOn),
                  <PrintButton
                    key="print"
                    label="Imprimer la lettre"
                    title={`Imprimer la lettre de ${request.displayName}`}
                    path={`/api/accounts/${encodeURIComponent(request.accountId)}/letter`}
                    body={{}}
                  />,
                ],
              }))}
            />
          </section>
        )
      }
    </Answer>
  );
}
