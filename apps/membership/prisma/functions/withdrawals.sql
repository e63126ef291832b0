-- The notice that stands, if any: given and not taken back.
create or replace function standing_notice_of(of_membership text) returns withdrawal_notice language sql stable as $$
  select n.* from withdrawal_notice n
   where n.membership_id = of_membership
     and not exists (select 1 from withdrawal_revocation r where r.notice_id = n.id)
   order by n.recorded_on desc, n.id limit 1
$$;
