import { useState } from 'react';
import type { SchoolLinksPage, TransfersPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { TransfersNamed } from '../../parts/transfers.js';
import { useSchoolNames } from '../../parts/use-school-names.js';
import { hasRole, useSession } from '../../session-context.js';
import { linkState, period } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';
import { TransferToAccept } from './transfer-to-accept.js';

/** The schools that a member pays for, paid for or will pay for, and those that pass (SCH-1, SCH-2). */
export function SchoolsPage({ membershipId }: { membershipId: string }) {
  const path = memberPath(membershipId);
  const schoolName = useSchoolNames(membershipId);
  // An accepted transfer changes both lists.
  const [round, setRound] = useState(0);
  return (
    <MemberPage membershipId={membershipId} title="Écoles">
      {() => (
        <>
          <Paged<SchoolLinksPage>
            key={`schools ${round}`}
            path={`${path}/schools`}
            query={{ limit: 100 }}
          >
            {({ schools }) => (
              <DataTable
                caption="Écoles financées"
                headers={['École', 'Financée', 'État']}
                empty="Aucune école n’est rattachée. La coordination les rattache à votre demande."
                rows={schools.map((school) => ({
                  key: `${school.uai} ${school.period?.startsOn}`,
                  cells: [
                    schoolName(school.uai),
                    school.period && period(school.period),
                    linkState(school.state),
                  ],
                }))}
              />
            )}
          </Paged>
          <Paged<TransfersPage>
            key={`transfers ${round}`}
            path={`${path}/school-transfers`}
            query={{ limit: 50 }}
          >
            {({ transfers }) => (
              <OwnTransfers
                transfers={transfers}
                membershipId={membershipId}
                schoolName={schoolName}
                reload={() => setRound(round + 1)}
              />
            )}
          </Paged>
        </>
      )}
    </MemberPage>
  );
}

function OwnTransfers({
  transfers,
  membershipId,
  schoolName,
  reload,
}: {
  transfers: TransfersPage['transfers'];
  membershipId: string;
  schoolName: (uai: string) => string;
  reload: () => void;
}) {
  const session = useSession();
  const proposed = transfers.filter(
    ({ status, toMembershipId }) => status === 'PROPOSED' && toMembershipId === membershipId,
  );
  if (transfers.length === 0) return null;
  return (
    <>
      {hasRole(session, 'member-orderer') &&
        proposed.map((transfer) => (
          <TransferToAccept
            key={transfer.transferId}
            transfer={transfer}
            membershipId={membershipId}
            schoolName={schoolName}
            done={reload}
          />
        ))}
      <TransfersNamed {...{ transfers, schoolName }} />
    </>
  );
}
