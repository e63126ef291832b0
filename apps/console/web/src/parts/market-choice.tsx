import type { ReactNode } from 'react';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../api.js';
import type { MarketsPage } from '../api-types.js';
import { navigate, useLocation } from '../router.js';
import { useSession } from '../session-context.js';
import { useAnswer } from './use-answer.js';

/** A market of the visitor's: the one in the address, else the first. With several, one is chosen. */
export function OfMarket({ children }: { children: (market: string) => ReactNode }) {
  const { markets } = useSession();
  const { path, query } = useLocation();
  const asked = query.get('marche') ?? '';
  const market = markets.includes(asked) ? asked : markets[0];
  if (!market) return <p>Aucun marché n’est ouvert à votre profil.</p>;
  return (
    <>
      {markets.length > 1 && (
        <MarketChoice
          markets={markets}
          market={market}
          choose={(code) => navigate(`${path}?marche=${encodeURIComponent(code)}`)}
        />
      )}
      {children(market)}
    </>
  );
}

function MarketChoice({
  markets,
  market,
  choose,
}: {
  markets: readonly string[];
  market: string;
  choose: (code: string) => void;
}) {
  const answer = useAnswer('markets', () => get<MarketsPage>('/api/markets', { limit: 200 }));
  const titles = new Map(
    answer.status === 'READY' ? answer.value.markets.map(({ code, title }) => [code, title]) : [],
  );
  return (
    <Select
      label="Marché"
      nativeSelectProps={{ value: market, onChange: (event) => choose(event.target.value) }}
    >
      {markets.map((code) => (
        <option key={code} value={code}>
          {/* A market without its terms here has its code for a name. */}
          {titles.get(code) || code}
        </option>
      ))}
    </Select>
  );
}
