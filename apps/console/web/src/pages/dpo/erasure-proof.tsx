import { useEffect, useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { post } from '../../api.js';
import type { ErasureProof as Proof } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Outcome } from '../../parts/outcome.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { date } from '../../words.js';

const verdicts = {
  NOTHING: { words: 'Rien', severity: 'success' },
  ALLOWED: { words: 'Permis', severity: 'info' },
  UNEXPECTED: { words: 'Inattendu', severity: 'error' },
  UNREAD: { words: 'Pas lu', severity: 'warning' },
  BY_DESIGN: { words: 'Par construction', severity: 'info' },
} as const;

/** Every place is asked when this is shown: it may take a minute. */
export function ErasureProof({ personId, proved }: { personId: string; proved: () => void }) {
  const [proof, setProof] = useState<Proof | null>(null);
  const { busy, problem, attempt } = useAction();
  useEffect(() => {
    attempt(async () => {
      setProof(await post<Proof>(`/api/dpo/erasures/${encodeURIComponent(personId)}/proof`, {}));
      proved();
    });
    // Once for each person: it is shown anew for another one.
  }, [personId]);
  const unexpected = proof?.erasure?.unexpected ?? 0;
  return (
    <section aria-label={`Preuve de l’effacement ${personId}`} aria-busy={busy}>
      {busy && (
        <p>Tous les services, l’ENT et Kafka sont interrogés. Cela peut prendre une minute.</p>
      )}
      {problem && <ProblemAlert problem={problem} />}
      <Outcome
        words={
          proof && unexpected === 0
            ? 'Effacement prouvé : rien d’autre que ce qu’une règle permet.'
            : ''
        }
      />
      {unexpected > 0 && (
        <Alert
          small
          className="fr-mb-3w"
          severity="error"
          description="Effacement non prouvé : transmettez les lignes « Inattendu » ou « Pas lu » au support de niveau 3."
        />
      )}
      {proof && (
        <DataTable
          caption={`Ce qui reste de ${personId}`}
          headers={['Où', 'Constat', 'Explication', 'Jusqu’au']}
          multiline={[0, 2]}
          rows={proof.places.map(({ system, place, verdict, words, until }) => {
            const { words: told, severity } = verdicts[verdict as keyof typeof verdicts];
            return {
              key: `${system} ${place} ${words}`,
              cells: [
                `${system} ${place}`.trim(),
                <Badge key="verdict" small noIcon as="span" severity={severity}>
                  {told}
                </Badge>,
                words,
                until === '' ? '—' : date(until),
              ],
            };
          })}
        />
      )}
    </section>
  );
}
