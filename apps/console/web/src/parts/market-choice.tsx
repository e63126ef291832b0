import type { ReactNode } from 'react';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { navigate, useLocation } from '../router.js';
import { useSession } from '../session-context.js';

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
        <Select
          label="Marché"
          nativeSelectProps={{
            value: market,
            onChange: (event) =>
              navigate(`${path}?marche=${encodeURIComponent(event.target.value)}`),
          }}
        >
          {markets.map((code) => (
            <option key={code} value={code}>
              {code}
            </option>
          ))}
        </Select>
      )}
      {children(market)}
    </>
  );
}
