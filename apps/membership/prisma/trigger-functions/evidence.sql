-- What C rests on goes into the chain of its ledger (ORD-7), written by nobody but these.

-- A membership comes into force with its verified annex 2 or, where a succession made it, with what that gave it. Where
-- nothing is committed there is nothing to chain, nor an initial order that would tell of it.
create or replace function membership_chains_its_evidence() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform chain_evidence(new.id, e.evidence) from (
    select coalesce((
             select jsonb_build_object('kind', 'ANNEXE2', 'sha256', a.sha256, 'datedOn', a.dated_on, 'importedBy', a.imported_by,
                      'verifiedBy', a.verified_by, 'verifiedOn', a.verified_on, 'signedSha256', a.signed_sha256,
                      'registerException', a.register_exception, 'lines', (
                      select jsonb_agg(jsonb_build_object('line', l.line, 'beneficiary', l.beneficiary, 'itemCode', l.item_code,
                                                          'quantity', l.quantity) order by l.line)
                        from annexe2_line l where l.annexe2_id = a.id))
               from annexe2 a where a.membership_id = new.id and a.verified_by is not null order by a.id desc limit 1),
             jsonb_build_object('kind', 'COMMITMENT', 'commitment', (
               select jsonb_agg(jsonb_build_object('itemCode', c.item_code, 'quantity', c.quantity) order by c.item_code)
                 from commitment c where c.membership_id = new.id))) as evidence
     where exists (select from commitment c where c.membership_id = new.id and c.quantity > 0)) e;
  return null;
end $$;

create or replace function commitment_change_is_chained() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform chain_evidence(n.membership_id, jsonb_build_object('kind', 'SUCCESSION', 'successionId', s.id,
            'effectiveOn', s.effective_on, 'predecessorMembershipId', s.predecessor_membership_id,
            'documentId', d.id, 'documentSha256', d.sha256, 'movedLines', s.moved_lines, 'changes', jsonb_agg(jsonb_build_object('itemCode', n.item_code,
              'effectiveFrom', n.effective_from, 'delta', n.delta) order by n.item_code, n.effective_from)))
     from new_changes n join succession s on s.id = n.succession_id join document d on d.id = s.document_id
    group by n.membership_id, s.id, d.id;
  return null;
end $$;
