-- What C rests on stands in the chain of its ledger, between orders: it moves the head and takes no place (ORD-7).
create or replace function chain_evidence(of_membership text, evidence jsonb) returns void language plpgsql as $$
declare m record;
begin
  select ledger_position, ledger_head, encode(sha256(convert_to(ledger_head || evidence::text, 'UTF8')), 'hex') as head
    into m from membership where id = of_membership for no key update;
  insert into ledger_evidence (membership_id, ledger_position, content, previous_hash, hash)
  values (of_membership, m.ledger_position, evidence::text, m.ledger_head, m.head);
  update membership set ledger_head = m.head where id = of_membership;
end $$;
