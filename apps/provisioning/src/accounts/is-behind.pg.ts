/**
 * SQL: whether the ENT still has to be told something about account `a`; `tried`: whether a call may have made it there.
 * The classes are looked for as a set, not by a function, which would be planned anew for each row.
 */
export const isBehind = (tried: string): string => `(ent_is_behind(a, ${tried})
  or (a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and a.ent_id is not null and not a.ent_removed
    and exists (select from ent_place_gap g where g.account_id = a.account_id)))`;
