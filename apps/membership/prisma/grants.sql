-- What the service may do, table by table. Whatever its code, its secret or who holds it: evidence is added and never
-- rewritten, and the running state is written by the owner's trigger functions alone (SECURITY DEFINER).

-- Append-only: what was signed, sent, received, decided.
grant select, insert on
  market_amendment, market_version,
  document,
  chorus_pro_entry, billing_rhythm_entry,
  invitation_reminder,
  application_decision, convention_signature,
  annexe2_line, commitment_change,
  purchase_order, order_line, order_correction, order_acknowledgement,
  statement, statement_print,
  withdrawal_notice, withdrawal_revocation, withdrawal_reminder, exclusion,
  meeting_invitation, meeting_attendance, meeting_minutes,
  progress_note,
  tender, tender_award,
  published_list_decision,
  execution_dispatch, execution_acknowledgement
  to :"service";
-- To lock a row takes the right to change a column of it; the table's own trigger refuses the change.
grant update (market_code) on tender to :"service";

-- Running state: O day by day, and what the group may still order. What C rests on goes into the chain by triggers.
grant select on ordered_day, maximum_slot, ledger_evidence to :"service";

-- The register of schools is the owner's.
grant select on public_school to :"service";

-- The head of a ledger is moved by its orders alone; whose membership it is, and in which market, never.
grant select on membership to :"service";
grant insert (id, organisation_id, market_code, status, refusal_reasons, letter_number, sent_on, received_on, documents,
              applied_on, accepted_on) on membership to :"service";
grant update (status, refusal_reasons, starts_on, ends_on, end_cause, ended_by, documents, accepted_on, activated_on, version)
  on membership to :"service";

-- What goes forward, in what a decision or an edition changes of it; how far is judged by triggers.
grant select, insert on
  market,
  organisation_file,
  invitation_campaign, invitation,
  annexe2,
  order_draft, seats_missing,
  succession,
  school_transfer,
  committee, committee_meeting, training_action,
  tender_offer
  to :"service";
grant update (version, sha256, terms, floor_scope, decrease_notice_days) on market to :"service";
grant update (version) on organisation_file to :"service";
grant update (market_code) on invitation_campaign to :"service"; -- A lock; its trigger refuses the change.
grant update (declined_on, declined_note) on invitation to :"service";
grant update (verified_by, verified_on, signed_document_id, signed_sha256) on annexe2 to :"service";
grant update (lines, note, changed_by, status, version, order_id) on order_draft to :"service";
grant update (missing, told_on) on seats_missing to :"service";
grant update (status, decided_on, reason_code, reason, successor_membership_id, is_successor_created,
              predecessor_order_id, successor_order_ids, schools_moved) on succession to :"service";
grant update (status, decided_by, decided_on, order_id) on school_transfer to :"service";
grant update (seats, version) on committee to :"service";
grant update (meets_on, starts_at, place, agenda, status, invitation_round, version) on committee_meeting to :"service";
grant update (kind, title, audience, scope, department, circonscription, planned_on, published, status, held_on,
              participants, version) on training_action to :"service";
grant update (bidder, siren, price_cents, marks, version) on tender_offer to :"service";

-- The decision stays; it is withdrawn once, and its secret drawn anew.
grant select on ldap_access to :"service";
grant insert (id, membership_id, document_id, decided_on, ends_on, opened_by, opened_on) on ldap_access to :"service";
grant update (withdrawal_reason, withdrawn_by, withdrawn_on, secret_id, secret_hash, secret_drawn_by, secret_drawn_on)
  on ldap_access to :"service";

-- Which school, from when and on which paper stays, and how a link ends is judged: by triggers, since the lock of the
-- whole table (`SchoolLinks.giveBack`) takes the right to change all of it.
grant select, insert, update on school_link to :"service";

-- Which legal person it is stays, who signs for it, and which bytes were kept.
grant select, insert on organisation to :"service";
grant update (name, kind, insee, communes, address, chorus_pro) on organisation to :"service";
grant select, insert on organisation_signatory to :"service";
grant update (ends_on) on organisation_signatory to :"service";
grant select, insert, delete on document_blob to :"service";
grant update (touched_at) on document_blob to :"service";

-- What is made anew as a whole, or is a copy of somebody else's.
grant select, insert, update, delete on market_item, school to :"service";
grant select, insert, delete on commitment, billing_contact to :"service";
