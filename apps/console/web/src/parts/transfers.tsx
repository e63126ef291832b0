import { Badge } from '@codegouvfr/react-dsfr/Badge';
import type { TransfersPage } from '../api-types.js';
import { count, date, transferState } from '../words.js';
import { DataTable } from './data-table.js';
import { useSchoolNames } from './use-school-names.js';

/** Schools that pass from one member to another (SCH-2). */
export function Transfers({ transfers }: { transfers: TransfersPage['transfers'] }) {
  const schoolName = useSchoolNames(...transfers.map(({ fromMembershipId }) => fromMembershipId));
  return <TransfersNamed {...{ transfers, schoolName }} />;
}

/** The same, where the names of the schools are known. */
export function TransfersNamed({
  transfers,
  schoolName,
}: {
  transfers: TransfersPage['transfers'];
  schoolName: (uai: string) => string;
}) {
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
          <span key="schools" className="cell--text">
            {one.uais.map(schoolName).join(', ')}
          </span>,
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
