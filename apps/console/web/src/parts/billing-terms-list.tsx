import { useState } from 'react';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import { get } from '../api.js';
import type { BillingTermsPage as TermsAnswer } from '../api-types.js';
import { useSession } from '../session-context.js';
import { date, plural } from '../words.js';
import {
  missingInWords,
  newYearAfter,
  remindersInWords,
  rhythmInWords,
} from './billing-terms-words.js';
import { DataTable } from './data-table.js';
import { DateField } from './fields.js';
import { Answer } from './page.js';
import { useAnswer } from './use-answer.js';

/** Whom to ask for Chorus Pro data before the invoices of a day, by default those of the next civil year (ADH-1). */
export function BillingTermsList({ market }: { market: string }) {
  const { today } = useSession();
  const [on, setOn] = useState(() => newYearAfter(today));
  const [all, setAll] = useState(false);
  const answer = useAnswer(`terms ${market} ${on} ${all}`, () =>
    get<TermsAnswer>('/api/billing/terms', {
      ...{ marketCode: market, on },
      ...(all ? {} : { lacking: 'true' }),
    }),
  );
  return (
    <>
      <DateField
        field="on"
        label="Factures établies le"
        hint="Le numéro d’engagement change d’ordinaire chaque année civile."
        value={on}
        change={setOn}
      />
      <Checkbox
        small
        options={[
          {
            label: 'Montrer aussi les membres à qui rien ne manque',
            nativeInputProps: { checked: all, onChange: (event) => setAll(event.target.checked) },
          },
        ]}
      />
      <p>
        Un membre à qui il manque quelque chose est relancé sur sa page Chorus Pro le 1er octobre,
        le 1er décembre et le 17 décembre.
      </p>
      <Answer of={answer}>
        {({ terms, total }) => (
          <>
            <p aria-live="polite">{plural(total, 'membre', 'membres')}.</p>
            <DataTable
              caption={all ? 'Données Chorus Pro des membres' : 'Membres à relancer'}
              headers={[
                'Membre',
                'SIRET',
                'Service',
                'Engagement',
                'Depuis le',
                'Facturation',
                'À compléter',
                'Relancé le',
              ]}
              multiline={[0, 5, 6]}
              empty="Rien ne manque aux factures de ce jour."
              rows={terms.map(({ recipient, ...one }) => ({
                key: one.membershipId,
                cells: [
                  one.organisationName,
                  recipient?.siret || '—',
                  recipient?.serviceCode || '—',
                  recipient?.purchaseOrderNumber || '—',
                  date(one.validFrom),
                  rhythmInWords(one.rhythm),
                  missingInWords(one.missing) || 'Rien',
                  remindersInWords(one.reminders) || '—',
                ],
              }))}
            />
          </>
        )}
      </Answer>
    </>
  );
}
