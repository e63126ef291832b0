import { get } from '../../api.js';
import type { MembersTable } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, kind, membershipState, plural } from '../../words.js';
import { GroupPage } from './group-page.js';
import { UsageAboveOrders } from './usage-above-orders.js';

/** Every member with its figures, and the group's totals (GOV-1). */
export function MembersPage() {
  const answer = useAnswer('members', () => get<MembersTable>('/api/coordination/members'));
  return (
    <GroupPage title="Membres du groupement">
      {(market) => (
        <>
          <UsageAboveOrders key={market} brief market={market} />
          <Answer of={answer}>
            {({ members }) => (
              <Members members={members.filter(({ marketCode }) => marketCode === market)} />
            )}
          </Answer>
        </>
      )}
    </GroupPage>
  );
}

function Members({ members }: { members: MembersTable['members'] }) {
  const total = (of: (one: MembersTable['members'][number]) => number) =>
    members.reduce((sum, one) => sum + of(one), 0);
  return (
    <>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-4w">
        <Figure strong label="Membres" value={count(members.length)} />
        <Figure
          strong
          label="Engagement du groupement"
          value={count(total((one) => one.commitment))}
        />
        <Figure strong label="Comptes commandés" value={count(total((one) => one.ordered))} />
        <Figure strong label="Élèves en attente" value={count(total((one) => one.waiting))} />
      </div>
      <DataTable
        caption="Engagement, commandes et marge de chaque membre"
        headers={['Membre', 'Nature', 'État', 'Engagement', 'Commandés', 'Marge', 'En attente']}
        numeric={[3, 4, 5, 6]}
        empty="Aucun membre pour le moment."
        rows={members.map((member) => ({
          key: member.membershipId,
          cells: [
            <Link key="name" href={`/collectivite/${member.membershipId}`}>
              {member.name}
            </Link>,
            kind(member.kind),
            membershipState(member.status),
            count(member.commitment),
            count(member.ordered),
            count(member.margin),
            member.waiting > 0 ? plural(member.waiting, 'élève', 'élèves') : '—',
          ],
        }))}
      />
    </>
  );
}
