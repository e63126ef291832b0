import { useState } from 'react';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { MarginsPage as MarginsAnswer } from '../../api-types.js';
import { TextField } from '../../parts/fields.js';
import { Mistakes } from '../../parts/mistakes.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { count, date } from '../../words.js';
import { GroupPage } from './group-page.js';
import { UsageAboveOrders } from './usage-above-orders.js';

type Filter = { readonly bound: 'FLOOR' | 'MAXIMUM'; readonly unit: 'accounts' | 'percent' };

/** Who comes near its commitment or its maximum, planned changes included (ORD-2, ORD-6). */
export function MarginsPage() {
  const [filter, setFilter] = useState<Filter>({ bound: 'FLOOR', unit: 'accounts' });
  const [most, setMost] = useState('');
  const { bound, unit } = filter;
  return (
    <GroupPage
      title="Marges des membres"
      lead="Pour chaque membre, le jour où il lui restera le moins de marge, changements prévus compris."
    >
      {(market) => (
        <Mistakes>
          <UsageAboveOrders key={market} market={market} />
          <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
            <div className="fr-col-12 fr-col-md-5">
              <Select
                label="Près de"
                nativeSelectProps={{
                  value: bound,
                  onChange: (event) =>
                    setFilter({ ...filter, bound: event.target.value as Filter['bound'] }),
                }}
              >
                <option value="FLOOR">l’engagement (annexe 2)</option>
                <option value="MAXIMUM">leur maximum</option>
              </Select>
            </div>
            <div className="fr-col-6 fr-col-md-3">
              <TextField
                field={unit}
                label="Marge au plus"
                nativeInputProps={{
                  type: 'number',
                  min: 0,
                  max: unit === 'percent' ? 100 : 1_000_000,
                  placeholder: 'toutes',
                  value: most,
                  onChange: (event) => setMost(event.target.value),
                }}
              />
            </div>
            <div className="fr-col-6 fr-col-md-4">
              <Select
                label="Comptée en"
                nativeSelectProps={{
                  value: unit,
                  onChange: (event) =>
                    setFilter({ ...filter, unit: event.target.value as Filter['unit'] }),
                }}
              >
                <option value="accounts">comptes</option>
                <option value="percent">% de la borne</option>
              </Select>
            </div>
          </div>
          <Margins
            key={`${market} ${bound} ${unit} ${most}`}
            query={{ marketCode: market, bound, [unit]: most, limit: 50 }}
          />
        </Mistakes>
      )}
    </GroupPage>
  );
}

function Margins({ query }: { query: Record<string, string | number> }) {
  const isFloor = query['bound'] === 'FLOOR';
  return (
    <Paged<MarginsAnswer> path="/api/coordination/margins" query={query}>
      {({ on, margins }) => (
        <DataTable
          caption={`Marges, la plus petite d’abord, au ${date(on)}`}
          headers={[
            'Membre',
            'Marge',
            'Commandés',
            isFloor ? 'Engagement' : 'Maximum',
            'Le',
            'Comptes',
          ]}
          numeric={[1, 2, 3]}
          empty="Aucun membre n’est dans ce cas."
          rows={margins.map((one) => ({
            key: `${one.membershipId} ${one.itemCode}`,
            cells: [
              <Link key="name" href={`/collectivite/${one.membershipId}/commandes`}>
                {one.organisationName}
              </Link>,
              <strong key="margin">{count(one.margin)}</strong>,
              count(one.ordered),
              count(one.bound),
              date(one.on),
              one.itemCode === '*' ? 'Tous ensemble' : one.label,
            ],
          }))}
        />
      )}
    </Paged>
  );
}
