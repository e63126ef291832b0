import { useEffect } from 'react';
import { get } from '../api.js';
import type { OwnMemberships } from '../api-types.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Page } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { Link, navigate } from '../router.js';
import { membershipState, period } from '../words.js';

/** A member's memberships; with a single one, its dashboard at once. */
export function OwnMembershipsPage() {
  const answer = useAnswer('own memberships', () => get<OwnMemberships>('/api/memberships'));
  const only =
    answer.status === 'READY' && answer.value.memberships.length === 1
      ? answer.value.memberships[0]?.membershipId
      : undefined;
  useEffect(() => {
    if (!only) return;
    history.replaceState(null, '', `/collectivite/${only}`);
    navigate(`/collectivite/${only}`);
  }, [only]);
  return (
    <Page title="Ma collectivité" crumbs={[]}>
      <Answer of={answer}>
        {({ memberships }) => (
          <DataTable
            caption="Vos adhésions"
            headers={['Collectivité', 'Marché', 'État', 'Durée']}
            empty="Votre collectivité n’a pas d’adhésion dans ce groupement. Si elle vient d’adhérer, revenez dans quelques minutes."
            rows={memberships.map((one) => ({
              key: one.membershipId,
              cells: [
                <Link key="name" href={`/collectivite/${one.membershipId}`}>
                  {one.name}
                </Link>,
                one.marketCode,
                membershipState(one.status),
                period(one.period),
              ],
            }))}
          />
        )}
      </Answer>
    </Page>
  );
}
