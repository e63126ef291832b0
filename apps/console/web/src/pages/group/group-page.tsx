import type { ReactNode } from 'react';
import { OfMarket } from '../../parts/market-choice.js';
import { Page } from '../../parts/page.js';
import { SubPages } from '../../parts/sub-pages.js';

/** One of the coordinator's pages about a market, with the way to the others. */
export function GroupPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children: (market: string) => ReactNode;
}) {
  return (
    <Page title={title} crumbs={[]} {...(lead && { lead })}>
      <SubPages
        label="Pages du groupement"
        pages={[
          { text: 'Membres', href: '/groupement' },
          { text: 'Marges', href: '/groupement/marges' },
          { text: 'Plafonds', href: '/groupement/plafonds' },
          { text: 'Adhésions', href: '/groupement/adhesions' },
          { text: 'Facturation', href: '/groupement/facturation' },
          { text: 'Factures', href: '/groupement/factures' },
          { text: 'Usage certifié', href: '/groupement/usage' },
          { text: 'Prix et compte du titulaire', href: '/groupement/propositions' },
          { text: 'Données Chorus Pro', href: '/groupement/chorus-pro' },
          { text: 'Calendrier', href: '/groupement/calendrier' },
          { text: 'Avenants', href: '/groupement/avenants' },
          { text: 'Successions', href: '/groupement/successions' },
          { text: 'Transferts d’écoles', href: '/groupement/transferts' },
          { text: 'Historique', href: '/groupement/historique' },
        ]}
      />
      <OfMarket>{children}</OfMarket>
    </Page>
  );
}
