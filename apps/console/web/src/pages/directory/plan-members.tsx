import type { PlanMembersPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count } from '../../words.js';
import { planPath } from './directory-paths.js';

/** What a plan would change, member by member: who is told when one of them calls (DIR-3). */
export function PlanMembers({ planId }: { planId: string }) {
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Membre par membre</h2>
      <p>
        Les chiffres des écoles qui changent, additionnés selon qui les finance le jour du plan :
        une personne présente dans deux écoles y compte deux fois.
      </p>
      <Paged<PlanMembersPage> path={`${planPath(planId)}/members`} query={{ limit: 20 }}>
        {(page) => <Members of={page} />}
      </Paged>
    </section>
  );
}

function Members({ of: { members, unfinanced } }: { of: PlanMembersPage }) {
  const isCoordinator = hasRole(useSession(), 'coordinator');
  const rows = [
    ...members.map(({ membershipId, memberName, ...sum }) => ({
      key: membershipId,
      who: isCoordinator ? (
        <Link key="who" href={`/collectivite/${encodeURIComponent(membershipId)}`}>
          {memberName}
        </Link>
      ) : (
        memberName
      ),
      sum,
    })),
    ...(unfinanced.schools > 0
      ? [{ key: 'none', who: 'Écoles qu’aucun membre de vos marchés ne finance', sum: unfinanced }]
      : []),
  ];
  return (
    <DataTable
      hideCaption
      caption="Membres et chiffres de leurs écoles"
      headers={[
        ...['Membre', 'Écoles', 'Dont à décider', 'Déjà déclarés', 'Arrivées'],
        ...['Modifiées', 'Identités', 'Retours', 'Départs'],
      ]}
      numeric={[1, 2, 3, 4, 5, 6, 7, 8]}
      multiline={[0]}
      empty="Aucune école ne change."
      rows={rows.map(({ key, who, sum: { schools, held, figures } }) => ({
        key,
        cells: [
          who,
          ...[schools, held, figures.present, figures.added, figures.changed].map(count),
          ...[figures.identities, figures.returned, figures.ended].map(count),
        ],
      }))}
    />
  );
}
