import { BillingTermsList } from '../../parts/billing-terms-list.js';
import { OfMarket } from '../../parts/market-choice.js';
import { GroupPage } from '../group/group-page.js';
import { SupplierPage } from './supplier-page.js';

const title = 'Données Chorus Pro des membres';
const lead =
  'Ce que porteront les factures d’un jour donné, et les membres à qui il faut demander leur SIRET, leur code service ou leur numéro d’engagement. Chacun les enregistre sur sa page « Chorus Pro ».';

export function BillingTermsPage() {
  return (
    <SupplierPage title={title} lead={lead}>
      <OfMarket>{(market) => <BillingTermsList key={market} market={market} />}</OfMarket>
    </SupplierPage>
  );
}

/** The coordinator's. */
export function GroupTermsPage() {
  return (
    <GroupPage title={title} lead={lead}>
      {(market) => <BillingTermsList key={market} market={market} />}
    </GroupPage>
  );
}
