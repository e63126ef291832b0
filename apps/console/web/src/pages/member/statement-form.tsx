import { useState } from 'react';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { Link } from '../../router.js';
import { memberPath } from './member-page.js';

/** The état des engagements of a day: one page that a mayor, an accountant or a court can check (ORD-7). */
export function StatementForm({ membershipId, today }: { membershipId: string; today: string }) {
  const [on, setOn] = useState(today);
  return (
    <section className="fr-mt-4w">
      <h2 className="fr-h4">État des engagements</h2>
      <p>
        Une page PDF : ce qui est engagé et commandé à une date, le document signé sur lequel
        l’engagement repose, et l’empreinte des commandes. Elle se contrôle à tout moment sur la
        page <Link href="/verification">Vérifier un état</Link>.
      </p>
      <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
        <div className="fr-col-12 fr-col-sm-5 fr-col-md-4">
          <Input
            label="État au"
            nativeInputProps={{
              name: 'statement-on',
              type: 'date',
              max: today,
              value: on,
              onChange: (event) => setOn(event.target.value),
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-sm-7">
          <a
            className="fr-btn fr-btn--secondary fr-btn--icon-left fr-icon-download-line"
            href={`${memberPath(membershipId)}/statement?on=${encodeURIComponent(on)}`}
            download
          >
            Télécharger l’état
          </a>
        </div>
      </div>
    </section>
  );
}
