import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { CertificatesChecked, UsageCertificates } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useSchoolNames } from '../../parts/use-school-names.js';
import { count, date, period } from '../../words.js';
import { CheckOutcome } from './check-outcome.js';

type Certificate = UsageCertificates['certificates'][number];

/** What was counted of each period when it was closed, and what came late (MTR-3). */
export function CertificatesOfMember({ membershipId }: { membershipId: string }) {
  const path = `/api/memberships/${encodeURIComponent(membershipId)}/usage-certificates`;
  const answer = useAnswer(`certificates ${membershipId}`, () => get<UsageCertificates>(path));
  const schoolName = useSchoolNames(membershipId);
  const [told, setTold] = useState<CertificatesChecked | null>(null);
  const { busy, problem, attempt } = useAction();
  const check = () => attempt(async () => setTold(await get<CertificatesChecked>(`${path}/check`)));
  return (
    <section data-testid="certificates">
      <h2 className="fr-h4">Usage certifié</h2>
      <p>
        Quand une période est close, l’usage compté est certifié. Un fait qui arrive ensuite ne
        change pas le certificat : il est noté à côté, et compte.
      </p>
      <Answer of={answer}>
        {({ certificates }) => (
          <>
            <DataTable
              hideCaption
              caption="Certificats, le plus récent d’abord"
              headers={[
                'Période',
                'Certifié le',
                'Comptes',
                'Jours-comptes certifiés',
                'Aujourd’hui',
                'Faits tardifs',
              ]}
              numeric={[2, 3, 4]}
              multiline={[0]}
              empty="Aucune période n’est certifiée pour le moment."
              rows={certificates.map((one) => ({
                key: one.certificateId,
                cells: [
                  <>
                    {period(one.period)}
                    {one.revision > 0 && (
                      <>
                        <br />
                        <span className="fr-text--xs">révision {one.revision}</span>
                      </>
                    )}
                  </>,
                  date(one.certifiedOn),
                  count(one.accounts),
                  count(Number(one.accountDays)),
                  <strong key="now">{count(Number(one.accountDaysNow))}</strong>,
                  <LateFacts key="late" of={one} schoolName={schoolName} />,
                ],
              }))}
            />
            {certificates.length > 0 && (
              <>
                <div aria-live="polite">
                  {problem && <ProblemAlert problem={problem} />}
                  {told && <CheckOutcome told={told} />}
                </div>
                <Button priority="secondary" disabled={busy} onClick={check}>
                  {busy ? 'Vérification en cours…' : 'Recompter ces certificats'}
                </Button>
              </>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

function LateFacts({
  of: { changes },
  schoolName,
}: {
  of: Certificate;
  schoolName: (uai: string) => string;
}) {
  if (changes.length === 0) return <>Aucun</>;
  return (
    <span className="cell--text">
      {changes.map(({ change, arrivedOn }, index) => (
        <span key={index} className="fr-text--xs">
          {index > 0 && <br />}
          {signedDays(Number(change?.accountDays ?? 0))} à partir du {date(change?.firstDay ?? '')}{' '}
          ({schoolName(change?.uai ?? '')}), arrivé le {date(arrivedOn)}
        </span>
      ))}
    </span>
  );
}

/** As many days more as less may be 0. */
const signedDays = (days: number): string => {
  const words = Math.abs(days) === 1 ? 'jour-compte' : 'jours-comptes';
  return `${days > 0 ? '+' : days < 0 ? '−' : ''}${count(Math.abs(days))} ${words}`;
};
