import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { useSession } from '../../session-context.js';

/** What was issued in a civil year, for the accountant. */
export function SalesJournal({ market }: { market: string }) {
  const { today } = useSession();
  const newest = Number((today ?? new Date().toISOString()).slice(0, 4));
  const [year, setYear] = useState(String(newest));
  const asked = new URLSearchParams({ marketCode: market, year });
  return (
    <section className="fr-mt-4w">
      <h2 className="fr-h4">Journal des ventes</h2>
      <p>Les factures et avoirs émis dans l’année, au format FEC, pour un logiciel comptable.</p>
      <Select
        label="Année"
        nativeSelectProps={{ value: year, onChange: (event) => setYear(event.target.value) }}
      >
        {Array.from({ length: 5 }, (_, back) => String(newest - back)).map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
      <Button
        priority="secondary"
        iconId="fr-icon-download-line"
        linkProps={{ href: `/api/billing/sales-journal?${asked}`, download: true }}
      >
        Télécharger le journal des ventes de {year}
      </Button>
    </section>
  );
}
