import type { InvoiceToMend } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { count, euros, lineKind, period } from '../../words.js';

/** Each line that is owed otherwise than it was invoiced (BIL-8). */
export function LineChanges({ lines }: { lines: InvoiceToMend['lines'] }) {
  if (lines.length === 0) return null;
  return (
    <DataTable
      caption="Lignes qui changent"
      headers={['Désignation', 'Période', 'Facturé HT', 'Dû HT']}
      numeric={[2, 3]}
      rows={lines.map((line, index) => ({
        key: `${index}`,
        cells: [
          <>
            {line.label}
            <br />
            <span className="fr-text--xs">{lineKind(line.kind)}</span>
          </>,
          period(line.period),
          <Side key="was" days={line.wasAccountDays} cents={line.wasCents} />,
          <Side key="is" days={line.isAccountDays} cents={line.isCents} />,
        ],
      }))}
    />
  );
}

function Side({ days, cents }: { days: string; cents: string }) {
  if (days === '0' && cents === '0') return '—';
  return (
    <>
      {euros(cents)}
      <br />
      <span className="fr-text--xs">{count(Number(days))} jours-comptes</span>
    </>
  );
}
