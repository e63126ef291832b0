import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { get } from '../../api.js';
import type { MembersTable } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, date, kind, membershipState, plural } from '../../words.js';
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
      <LateFigures members={members} />
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

const namedMost = 10;

/** Of whom facts wait until somebody decides: these figures, and the totals with them, may be incomplete. */
function LateFigures({ members }: { members: MembersTable['members'] }) {
  const late = members.filter((one) => one.late !== null);
  if (late.length === 0) return null;
  return (
    <Alert
      className="fr-mb-3w"
      severity="warning"
      title={`Les chiffres de ${plural(late.length, 'membre', 'membres')} sont en retard`}
      description={
        <>
          Des faits attendent une décision du support ; demandez au support de niveau 2 où il en
          est.
          <ul>
            {late.slice(0, namedMost).map(({ membershipId, name, late: by }) => (
              <li key={membershipId}>
                <Link href={`/collectivite/${membershipId}`}>{name}</Link> :{' '}
                {by?.since
                  ? `chiffres arrêtés au ${date(by.since)}, ${plural(by.facts, 'fait attend', 'faits attendent')}`
                  : 'lecture arrêtée'}
              </li>
            ))}
            {late.length > namedMost && (
              <li>et {plural(late.length - namedMost, 'autre membre', 'autres membres')}</li>
            )}
          </ul>
        </>
      }
    />
  );
}
