/**
 * SQL: whether the ENT still has to be told something about account `a`; `tried`: whether a call may have made it there. One
 * that is open has its user there, or had it and is made again (PRV-5). An expression and no function, which would be
 * planned anew for each row: it is asked of every account several times. `offset 0` keeps what is asked of a few accounts
 * from being computed for all.
 */
export const isBehind = (tried: string): string => `case
  when a.ent_removed then false
  when a.ent_id is null then a.state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED')
    or (${tried} and a.state in ('WAITING_SEAT', 'CLOSING', 'DELETED'))
  when a.state in ('DELETED', 'PROVISIONING') then true
  when a.state in ('REQUESTED', 'FAILED') then false
  else a.ent_blocked <> (a.state in ('WAITING_SEAT', 'SUSPENDED', 'CLOSING'))
    or (a.profile = 'RELATIVE' and exists (select from ent_link_gap g where g.relative_account_id = a.account_id offset 0))
    or (a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and (exists (
        select from person p where p.person_id = a.person_id
          and ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date) is distinct from a.ent_identity offset 0)
      or exists (select from ent_place_gap g where g.account_id = a.account_id offset 0)))
  end`;
