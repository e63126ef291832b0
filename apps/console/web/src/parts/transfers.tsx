import { Badge } from '@codegouvfr/react-dsfr/Badge';
import type { TransfersPage } from '../api-types.js';
import { count, date, transferState } from '../words.js';
import { DataTable } from './data-table.js';

/** Schools that pass from one member to another (SCH-2). */
export function Transfers({ transfers }: { transfers: TransfersPage['transfers'] }) {
  return (
    <DataTable
      caption="Transferts d’écoles"
      headers={['Le', 'De', 'À', 'Écoles', 'Places manquantes', 'État']}
      numeric={[4]}
      empty="Aucun transfert d’école dans cet état."
      rows={transfers.map((one) => ({
        key: one.transferId,
        cells: [
          date(one.effectiveOn),
          one.fromName,
          one.toName,
          one.uais.join(', '),
          one.status === 'PROPOSED' && one.seatsMissing > 0 ? count(one.seatsMissing) : '—',
          <Badge
            key="state"
            small
            noIcon
            as="span"
            {...(one.status === 'PROPOSED' && { severity: 'warning' as const })}
            {...(one.status === 'CARRIED_OUT' && { severity: 'success' as const })}
          >
            {transferState(one.status)}
          </Badge>,
        ],
      }))}
    />
  );
}
