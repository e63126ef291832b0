import { get } from '../../api.js';
import type { SupplierTable } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, kind, membershipState } from '../../words.js';
import { SupplierPage } from './supplier-page.js';

/** Every member the titulaire delivers to and invoices, with what it committed to and ordered. */
export function SuppliedMembersPage() {
  const answer = useAnswer('supplied members', () => get<SupplierTable>('/api/supplier/members'));
  return (
    <SupplierPage
      title="Membres du marché"
      lead="Vous recevez les commandes de chaque membre et le facturez directement (convention, art. 7.1)."
    >
      <Answer of={answer}>{({ members }) => <Members members={members} />}</Answer>
    </SupplierPage>
  );
}

function Members({ members }: { members: SupplierTable['members'] }) {
  const total = (of: (one: SupplierTable['members'][number]) => number) =>
    count(members.reduce((sum, one) => sum + of(one), 0));
  return (
    <>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-4w">
        <Figure strong label="Membres" value={count(members.length)} />
        <Figure strong label="Engagement" value={total((one) => one.commitment)} />
        <Figure strong label="Comptes commandés" value={total((one) => one.ordered)} />
      </div>
      <DataTable
        caption="Engagement et commandes de chaque membre"
        headers={[
          'Membre',
          'SIREN',
          'Nature',
          'État',
          'Engagement',
          'Commandés',
          'Usage',
          'Factures',
        ]}
        numeric={[4, 5]}
        empty="Aucun membre pour le moment."
        rows={members.map((member) => ({
          key: member.membershipId,
          cells: [
            member.name,
            member.siren,
            kind(member.kind),
            membershipState(member.status),
            count(member.commitment),
            count(member.ordered),
            <Link
              key="usage"
              href={`/collectivite/${member.membershipId}/usage`}
              aria-label={`Usage de ${member.name}`}
            >
              Usage
            </Link>,
            <Link
              key="invoices"
              href={`/collectivite/${member.membershipId}/factures`}
              aria-label={`Factures de ${member.name}`}
            >
              Factures
            </Link>,
          ],
        }))}
      />
    </>
  );
}
