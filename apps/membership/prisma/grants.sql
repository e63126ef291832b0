-- What the service may do, table by table. Whatever its code, its secret or who holds it: evidence is added and never
-- rewritten, and the running state is written by the owner's trigger functions alone (SECURITY DEFINER).

-- Append-only: what was signed, sent, received, decided.
grant select, insert on
  market_amendment, market_version,
  document,
  chorus_pro_entry,
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
grant update (status, refusal_reasons, starts_on, ends_on, end_cause, documents, accepted_on, activated_on, version)
  on membership to :"service";

-- What goes forward, and how far is judged by triggers.
grant select, insert, update on
  market,
  organisation_file,
  invitation_campaign, invitation,
  annexe2,
  order_draft, seats_missing,
  succession,
  school_link, school_transfer,
  committee, committee_meeting, training_action,
  tender_offer
  to :"service";

-- Which legal person it is stays, who signs for it, and which bytes were kept.
grant select, insert on organisation to :"service";
grant update (name, kind, insee, communes, address, chorus_pro) on organisation to :"service";
grant select, insert on organisation_signatory to :"service";
grant update (ends_on) on organisation_signatory to :"service";
grant select, insert, delete on document_blob to :"service";
grant update (touched_at) on document_blob to :"service";

-- What is made anew as a whole, or is a copy of somebody else's.
grant select, insert, update, delete on market_item, commitment, school to :"service";
grant select, insert, delete on billing_contact to :"service";
