import { useState } from 'react';
import { get } from '../../api.js';
import type { OpenAccountsSeen } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DateField } from '../../parts/fields.js';
import { Answer, Figure, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useSchoolNames } from '../../parts/use-school-names.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, profile } from '../../words.js';
import { MemberPages } from '../member/member-page.js';
import { CertificatesOfMember } from './certificates-of-member.js';

/** What is counted of a member: its open accounts on a day, and what was certified of them (MTR-1, MTR-3). Never a name. */
export function UsagePage({ membershipId }: { membershipId: string }) {
  const session = useSession();
  // The titulaire has no other page of a member.
  const isSupplierOnly = hasRole(session, 'supplier') && session.roles.length === 1;
  const crumb = isSupplierOnly
    ? { label: 'Membres du marché', href: '/titulaire' }
    : { label: 'Collectivité', href: `/collectivite/${membershipId}` };
  return (
    <Page
      title="Comptes et usage"
      crumbs={[crumb]}
      lead="Les comptes ouverts école par école, et l’usage certifié période par période : des nombres, jamais une personne."
    >
      {!isSupplierOnly && <MemberPages membershipId={membershipId} />}
      <OpenAccounts membershipId={membershipId} />
      <CertificatesOfMember membershipId={membershipId} />
    </Page>
  );
}

/** Three figures that are not the same: open, in use, and paid for (MTR-1, PRV-3). */
function OpenAccounts({ membershipId }: { membershipId: string }) {
  const [on, setOn] = useState('');
  const schoolName = useSchoolNames(membershipId);
  const answer = useAnswer(`open accounts ${membershipId} ${on}`, () =>
    get<OpenAccountsSeen>(`/api/memberships/${encodeURIComponent(membershipId)}/open-accounts`, {
      on,
    }),
  );
  return (
    <section className="fr-mb-6w" data-testid="open-accounts">
      <h2 className="fr-h4">Comptes ouverts</h2>
      <DateField
        field="on"
        label="À la fin du"
        hint="Sans date : le dernier jour terminé."
        value={on}
        change={setOn}
      />
      <Answer of={answer}>
        {({ on: day, accounts }) => (
          <>
            <div className="fr-grid-row fr-grid-row--gutters fr-mb-3w">
              <Figure strong label="Ouverts" value={total(accounts, 'open')} />
              <Figure label="Dont activés" value={total(accounts, 'activated')} />
              <Figure label="Dont facturables" value={total(accounts, 'billable')} />
            </div>
            <DataTable
              caption={`À la fin du ${date(day)}, par école et profil`}
              headers={['École', 'Profil', 'Ouverts', 'Activés', 'Facturables']}
              numeric={[2, 3, 4]}
              empty={`Aucun compte n’était ouvert à la fin du ${date(day)}.`}
              rows={accounts.map((one) => ({
                key: `${one.uai} ${one.profile}`,
                cells: [
                  schoolName(one.uai),
                  profile(one.profile),
                  count(one.open),
                  count(one.activated),
                  count(one.billable),
                ],
              }))}
            />
          </>
        )}
      </Answer>
    </section>
  );
}

const total = (accounts: OpenAccountsSeen['accounts'], of: 'open' | 'activated' | 'billable') =>
  count(accounts.reduce((sum, one) => sum + one[of], 0));
