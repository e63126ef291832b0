import type { ServiceDatabase } from '../backup/service-database.js';
import { withClient } from '../backup/postgres-tools.js';

/** Names of memberships by their ids, as the database of membership has them now; without it, none. */
export async function membershipNames(
  { adminUrl }: ServiceDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ id: string; name: string; market: string }>(
      `select m.id, o.name, m.market_code as market
         from membership as m join organisation as o on o.id = m.organisation_id where m.id = any($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, name, market }) => [id, `${name} (${market})`]));
  });
}
