import type { ReactNode } from 'react';
import { Page } from '../../parts/page.js';
import { SubPages } from '../../parts/sub-pages.js';

/** One of the titulaire's pages. */
export function SupplierPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ReactNode;
}) {
  return (
    <Page title={title} crumbs={[]} lead={lead}>
      <SubPages
        label="Pages du titulaire"
        pages={[
          { text: 'Membres', href: '/titulaire' },
          { text: 'Commandes à recevoir', href: '/titulaire/commandes' },
          { text: 'Facturation', href: '/titulaire/facturation' },
          { text: 'Factures', href: '/titulaire/factures' },
          { text: 'Usage certifié', href: '/titulaire/usage' },
          { text: 'Données Chorus Pro', href: '/titulaire/chorus-pro' },
          { text: 'Corrections', href: '/titulaire/corrections' },
          { text: 'Prix et compte', href: '/titulaire/prix' },
        ]}
      />
      {children}
    </Page>
  );
}
