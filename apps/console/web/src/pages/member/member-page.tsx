import type { ReactNode } from 'react';
import { get } from '../../api.js';
import type { Dashboard } from '../../api-types.js';
import { Answer, Page } from '../../parts/page.js';
import { SubPages } from '../../parts/sub-pages.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';

export const memberPath = (membershipId: string) =>
  `/api/memberships/${encodeURIComponent(membershipId)}`;

/** One of the pages of a member, with the way to the others. */
export function MemberPage({
  membershipId,
  title,
  lead,
  children,
}: {
  membershipId: string;
  /** Absent on the first page, which bears the member's name. */
  title?: string;
  lead?: ReactNode;
  children: (dashboard: Dashboard, reload: () => void) => ReactNode;
}) {
  const session = useSession();
  const answer = useAnswer(`dashboard ${membershipId}`, () =>
    get<Dashboard>(memberPath(membershipId)),
  );
  const base = `/collectivite/${membershipId}`;
  const name = answer.status === 'READY' ? answer.value.membership.name : 'Collectivité';
  const group = hasRole(session, 'coordinator')
    ? [{ label: 'Groupement', href: '/groupement' }]
    : [];
  return (
    <Page
      title={title ?? name}
      crumbs={title ? [...group, { label: name, href: base }] : group}
      {...(lead !== undefined && { lead })}
    >
      <MemberPages membershipId={membershipId} />
      <Answer of={answer}>{(dashboard) => children(dashboard, answer.reload)}</Answer>
    </Page>
  );
}

export function MemberPages({ membershipId }: { membershipId: string }) {
  const base = `/collectivite/${membershipId}`;
  return (
    <SubPages
      label="Pages de la collectivité"
      pages={[
        { text: 'Tableau de bord', href: base },
        { text: 'Engagement et commandes', href: `${base}/commandes` },
        { text: 'Projets de commande', href: `${base}/projets` },
        { text: 'Écoles', href: `${base}/ecoles` },
        { text: 'Documents', href: `${base}/documents` },
        { text: 'Annuaire LDAP', href: `${base}/ldap` },
        { text: 'Retrait', href: `${base}/retrait` },
        { text: 'Historique', href: `${base}/historique` },
        { text: 'Comptes et usage', href: `${base}/usage` },
        { text: 'Factures', href: `${base}/factures` },
        { text: 'Fin d’exercice', href: `${base}/fin-d-exercice` },
        { text: 'Chorus Pro', href: `${base}/chorus-pro` },
      ]}
    />
  );
}
