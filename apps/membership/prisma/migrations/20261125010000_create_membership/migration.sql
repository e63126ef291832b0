-- Everything a membership is made of, and its ledger. The functions that the triggers name stand in
-- ../../trigger-functions: they hold the heart of the contract (ORD-2: O(d) >= C(d) on every day) for writers of all kinds.
create extension if not exists btree_gist;

-- ---------------------------------------------------------------- markets, their versions and amendments (MKT-1, MKT-6)
create table market (
  code text primary key check (code ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  version integer not null check (version >= 1),
  -- Digest of the terms: the same file again changes nothing.
  sha256 text not null,
  -- The validated file.
  terms jsonb not null,
  floor_scope text not null check (floor_scope in ('ITEM', 'TOTAL')),
  decrease_notice_days integer not null check (decrease_notice_days >= 0)
);
create trigger market_keeps_its_floor_scope before update of code, floor_scope on market
  for each row execute function market_keeps_its_floor_scope();
create constraint trigger market_rests_on_its_version after insert or update on market
  deferrable initially deferred for each row execute function market_rests_on_its_version();
create trigger market_version_has_no_gap before update on market
  for each row execute function market_version_has_no_gap();

create table market_item (
  market_code text not null references market,
  item_code text not null,
  label text not null,
  position integer not null,
  -- On every day the group orders at most so much, and a member too where the market says so (ORD-6). 0: none.
  group_maximum bigint not null default 0 check (group_maximum between 0 and 2147483647),
  member_maximum bigint not null default 0 check (member_maximum between 0 and 2147483647),
  primary key (market_code, item_code)
);
create trigger market_item_stays before update or delete on market_item
  for each row execute function market_item_stays();
create constraint trigger market_item_follows_the_terms after insert or update or delete on market_item
  deferrable initially deferred for each row execute function market_item_follows_the_terms();
create trigger market_item_is_never_truncated before truncate on market_item
  for each statement execute function platform.refuse_change();
create trigger market_item_brings_its_maximum after insert on market_item
  for each row when (new.group_maximum > 0 or new.member_maximum > 0) execute function market_item_bounds_the_orders();
create trigger market_item_changes_its_maximum after update on market_item
  for each row when ((old.group_maximum, old.member_maximum) is distinct from (new.group_maximum, new.member_maximum))
  execute function market_item_bounds_the_orders();

-- What may still be added to the group's peak without counting it, in shares, so that orders do not wait
-- for one row. Always: the peak when the shares were granted + what was taken since + what is left <= maximum.
-- An increase takes the most that it adds on any day; a decrease gives nothing back until the next count.
create table maximum_slot (
  market_code text not null,
  item_code text not null,
  slot integer not null check (slot between 0 and 15),
  credit bigint not null check (credit >= 0),
  primary key (market_code, item_code, slot),
  foreign key (market_code, item_code) references market_item on delete cascade
) with (fillfactor = 50);
-- Nobody writes the shares but the triggers of orders, markets and memberships.
create trigger maximum_slot_follows_the_ledger before insert or update or delete on maximum_slot
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();
create trigger maximum_slot_is_never_truncated before truncate on maximum_slot
  for each statement execute function platform.refuse_change();

create table market_amendment (
  id text primary key,
  market_code text not null references market,
  -- Order in which they were recorded; each is written on top of the one before.
  position integer not null check (position >= 1),
  number text not null check (number <> ''),
  signed_on date not null,
  -- First day under the new terms; they are published on that day, or when recorded if it is past.
  effective_on date not null,
  document_id text not null,
  -- The whole market after it.
  terms jsonb not null,
  changes jsonb not null,
  -- What two coordinators stand for (platform.proposal); recorded by the second of them.
  proposal_id uuid not null unique,
  recorded_by text not null,
  recorded_on date not null,
  unique (market_code, position),
  unique (market_code, number),
  check (signed_on <= recorded_on)
);
create trigger market_amendment_is_append_only before update or delete on market_amendment
  for each row execute function platform.refuse_change();
create trigger market_amendment_is_never_truncated before truncate on market_amendment
  for each statement execute function platform.refuse_change();
create constraint trigger market_amendment_rests_on_approval after insert on market_amendment
  deferrable initially deferred for each row execute function market_amendment_rests_on_approval();
create constraint trigger approved_amendment_is_recorded after insert on platform.proposal_decision
  deferrable initially deferred for each row when (new.outcome = 'APPROVED')
  execute function approved_amendment_is_recorded();

create table market_version (
  market_code text not null references market,
  version integer not null check (version >= 1),
  sha256 text not null,
  terms jsonb not null,
  cause text not null check (cause in ('LOADED', 'DATE_FIXED', 'AMENDED')),
  amendment_id text unique references market_amendment,
  -- What a fixed date rests on.
  document_id text,
  changes jsonb not null,
  recorded_by text not null,
  recorded_on date,
  primary key (market_code, version),
  check ((cause = 'AMENDED') = (amendment_id is not null)),
  check ((cause = 'DATE_FIXED') = (document_id is not null))
);
create trigger market_version_is_append_only before update or delete on market_version
  for each row execute function platform.refuse_change();
create trigger market_version_is_never_truncated before truncate on market_version
  for each statement execute function platform.refuse_change();
create trigger market_amendment_is_the_markets before insert on market_version
  for each row execute function market_amendment_is_the_markets();

-- ---------------------------------------------------------------- organisations (ADH-1)
create table organisation (
  id text primary key,
  siren char(9) not null unique check (siren ~ '^[0-9]{9}$'),
  name text not null check (name <> ''),
  kind text not null check (kind in ('COMMUNE', 'EPCI', 'SYNDICAT', 'STATE', 'PUBLIC_ESTABLISHMENT')),
  insee text,
  communes text[] not null default '{}',
  address text not null default '',
  chorus_pro jsonb not null default '{}',
  check (kind <> 'COMMUNE' or insee is not null)
);

-- ---------------------------------------------------------------- memberships (ADH-1 to ADH-6)
create table membership (
  id text primary key,
  organisation_id text not null references organisation,
  market_code text not null references market,
  status text not null check (status in ('APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED')),
  refusal_reasons text[] not null default '{}',
  -- [starts_on, ends_on), known from activation on (ADH-6).
  starts_on date,
  ends_on date,
  end_cause text check (end_cause in ('WITHDRAWAL', 'EXCLUSION', 'SUCCESSION', 'END_OF_MARKET')),
  -- The user who recorded the cause; '': nobody did, it ends with its market.
  ended_by text not null default '',
  letter_number text not null,
  sent_on date not null,
  received_on date not null,
  documents jsonb not null default '[]',
  applied_on date not null,
  accepted_on date,
  activated_on date,
  -- Counts the changes that were published, one event each, without gap (BIL-5).
  version bigint not null default 0,
  -- The last order's place in the ledger and its hash: head of the chain (ORD-7).
  ledger_position bigint not null default 0,
  ledger_head text not null default '',
  check (sent_on <= received_on),
  check ((status in ('ACTIVE', 'ENDED')) = (starts_on is not null and ends_on is not null)),
  check (starts_on < ends_on),
  constraint membership_ends_for_a_cause check (status <> 'ENDED' or end_cause is not null)
);
-- ADH-4: one at a time.
create unique index membership_is_the_only_one on membership (organisation_id, market_code)
  where status in ('APPLIED', 'ACCEPTED', 'ACTIVE');
create index membership_by_market on membership (market_code, id);
create index membership_falls_due on membership (ends_on) where status = 'ACTIVE';
create trigger membership_version_has_no_gap before update of version on membership
  for each row when (new.version not in (old.version, old.version + 1))
  execute function membership_version_has_no_gap();
-- Its orders rest on it: their own trigger finds it and needs no foreign key beside (purchase_order_extends_the_chain).
create trigger membership_is_never_deleted before delete on membership
  for each row execute function platform.refuse_change();
create trigger membership_ledger_follows_the_orders before update of ledger_position, ledger_head on membership
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();
create constraint trigger membership_keeps_the_floor after insert or update of status, starts_on, ends_on on membership
  deferrable initially deferred for each row execute function membership_keeps_the_floor();
create trigger membership_goes_forward before update of id, status, market_code, organisation_id, starts_on on membership
  for each row execute function membership_goes_forward();
create trigger membership_takes_its_share_again after update of status, ends_on, end_cause on membership
  for each row when (
    coalesce(reserved_until(new.status, new.end_cause, new.ends_on), 'infinity')
      > coalesce(reserved_until(old.status, old.end_cause, old.ends_on), 'infinity'))
  execute function membership_takes_its_share_again();

-- ---------------------------------------------------------------- documents (ADH-2, GOV-4)
-- A row stands before its content is written into the store, so that what nobody refers to can be found
-- without listing the store.
create table document_blob (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  size integer not null check (size between 1 and 20971520),
  -- Last upload: the sweep leaves alone what may still be on its way.
  touched_at timestamptz not null default clock_timestamp()
);

create table document (
  id text primary key,
  sha256 text not null references document_blob,
  media_type text not null,
  file_name text not null check (file_name <> ''),
  title text not null check (title <> ''),
  kind text not null check (kind ~ '^[A-Z][A-Z0-9_]*$'),
  dated_on date not null,
  market_code text not null references market,
  -- Empty: the market's own. An organisation has documents before it is known here as an applicant.
  organisation_id text check (organisation_id ~ '^org-[0-9]{9}$'),
  membership_id text references membership,
  uploaded_by text not null,
  uploaded_on date not null,
  check (membership_id is null or organisation_id is not null)
);
create index document_by_market on document (market_code, dated_on desc, id);
create index document_by_organisation on document (organisation_id, market_code);
create index document_by_membership on document (membership_id) where membership_id is not null;
create index document_by_blob on document (sha256);
-- What decides about the market itself rests on a paper of its own.
alter table market_amendment add foreign key (document_id) references document;
alter table market_version add foreign key (document_id) references document;
create trigger market_amendment_rests_on_its_paper before insert on market_amendment
  for each row execute function rests_on_a_paper_of_the_market('AMENDMENT');
create trigger market_version_rests_on_its_paper before insert on market_version
  for each row when (new.document_id is not null) execute function rests_on_a_paper_of_the_market();
create trigger document_is_append_only before update or delete on document
  for each row execute function platform.refuse_change();
create trigger document_is_never_truncated before truncate on document
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- an organisation's file (ADH-1)
-- Raised by each change of the file: what an ETag states.
create table organisation_file (
  organisation_id text primary key references organisation,
  version integer not null check (version >= 1)
);

create table organisation_signatory (
  id text primary key,
  organisation_id text not null references organisation,
  name text not null check (name <> ''),
  function text not null check (function <> ''),
  -- The head of the organisation, or somebody it delegates its signature to by a document.
  kind text not null check (kind in ('HEAD', 'DELEGATE')),
  delegation_document_id text references document,
  -- [starts_on, ends_on).
  starts_on date not null,
  ends_on date,
  recorded_by text not null,
  recorded_on date not null,
  check (starts_on < ends_on),
  check ((kind = 'DELEGATE') = (delegation_document_id is not null))
);
create index organisation_signatory_by_organisation on organisation_signatory (organisation_id, starts_on);

create table billing_contact (
  organisation_id text not null references organisation,
  position integer not null check (position between 1 and 20),
  name text not null check (name <> ''),
  mail text not null default '',
  phone text not null default '',
  primary key (organisation_id, position),
  check (mail <> '' or phone <> '')
);

-- In force on a day: the one with the latest valid_from up to it, the latest recorded of these.
create table chorus_pro_entry (
  id bigint generated always as identity primary key,
  organisation_id text not null references organisation,
  market_code text not null references market,
  valid_from date not null,
  recipient_siret text not null check (recipient_siret ~ '^([0-9]{14})?$'),
  service_code text not null,
  purchase_order_number text not null,
  market_number text not null,
  recorded_by text not null,
  recorded_on date not null
);
create index chorus_pro_entry_in_force on chorus_pro_entry (organisation_id, market_code, valid_from desc, id desc);
create trigger chorus_pro_entry_is_append_only before update or delete on chorus_pro_entry
  for each row execute function platform.refuse_change();
create trigger chorus_pro_entry_is_never_truncated before truncate on chorus_pro_entry
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- the invitation campaign of a market
create table invitation_campaign (
  market_code text primary key references market,
  -- Days without an answer after which a reminder is due.
  silent_after_days integer not null default 21 check (silent_after_days between 1 and 365)
);

create trigger invitation_campaign_is_append_only before update or delete on invitation_campaign
  for each row execute function platform.refuse_change();
create table invitation (
  id text primary key,
  market_code text not null references invitation_campaign,
  siren char(9) not null check (siren ~ '^[0-9]{9}$'),
  name text not null check (name <> ''),
  kind text not null check (kind in ('COMMUNE', 'EPCI', 'SYNDICAT', 'STATE', 'PUBLIC_ESTABLISHMENT')),
  insee text,
  letter_number text not null,
  invited_on date not null,
  invited_by text not null,
  declined_on date,
  declined_note text not null default '',
  unique (market_code, siren),
  check (declined_on >= invited_on)
);
-- A letter carries one number, and a number is of one letter.
create unique index invitation_letter_is_its_own on invitation (market_code, letter_number) where letter_number <> '';

create table invitation_reminder (
  id bigint generated always as identity primary key,
  invitation_id text not null references invitation,
  reminded_on date not null,
  channel text not null check (channel in ('LETTER', 'MAIL', 'PHONE', 'MEETING')),
  letter_number text not null default '',
  recorded_by text not null,
  recorded_on date not null
);
create index invitation_reminder_by_invitation on invitation_reminder (invitation_id, reminded_on);
create trigger invitation_reminder_is_append_only before update or delete on invitation_reminder
  for each row execute function platform.refuse_change();
create trigger invitation_reminder_is_never_truncated before truncate on invitation_reminder
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- applications (ADH-3)
create table application_decision (
  membership_id text not null references membership,
  decision text not null check (decision in ('ACCEPTED', 'REFUSED')),
  -- Of the list that the domain keeps, with its article.
  reason_code text not null check (reason_code <> ''),
  note text not null default '',
  document_id text references document,
  decided_by text not null,
  decided_on date not null,
  -- Let in although it came late, it may still be refused as incomplete: one decision of each kind.
  primary key (membership_id, decision)
);
create trigger application_decision_is_append_only before update or delete on application_decision
  for each row execute function platform.refuse_change();
create trigger application_decision_is_never_truncated before truncate on application_decision
  for each statement execute function platform.refuse_change();

-- The tender begins once every accepted member has signed (art. 8, MKT-3).
create table convention_signature (
  membership_id text primary key references membership,
  signed_on date not null,
  document_id text not null references document,
  recorded_by text not null,
  recorded_on date not null,
  check (signed_on <= recorded_on)
);
create trigger convention_signature_is_append_only before update or delete on convention_signature
  for each row execute function platform.refuse_change();
create trigger convention_signature_rests_on_its_paper before insert on convention_signature
  for each row execute function rests_on_its_paper('CONVENTION');
create trigger convention_signature_is_never_truncated before truncate on convention_signature
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- annex 2 and what it commits to (COM-1, COM-3)
-- A transcription; the verified one with the highest id is in force.
create table annexe2 (
  id bigint generated always as identity primary key,
  membership_id text not null references membership,
  sha256 text not null,
  file_name text not null,
  dated_on date not null,
  imported_by text not null,
  imported_on date not null,
  verified_by text,
  verified_on date,
  -- What it was compared with.
  signed_document_id text references document,
  signed_sha256 text check (signed_sha256 ~ '^[0-9a-f]{64}$'),
  check (verified_by is null or verified_by <> imported_by),
  constraint annexe2_names_its_document check ((signed_document_id is null) = (signed_sha256 is null)),
  constraint annexe2_is_compared_by_verifying check (signed_document_id is null or verified_by is not null)
);
create index annexe2_by_membership on annexe2 (membership_id, id desc);
create trigger annexe2_is_only_verified before update on annexe2
  for each row execute function annexe2_is_only_verified();
create trigger annexe2_is_never_deleted before delete on annexe2
  for each row execute function platform.refuse_change();
create trigger annexe2_is_never_truncated before truncate on annexe2
  for each statement execute function platform.refuse_change();

create table annexe2_line (
  annexe2_id bigint not null references annexe2,
  line integer not null,
  beneficiary text not null,
  item_code text not null,
  quantity bigint not null check (quantity >= 0),
  primary key (annexe2_id, line)
);
create trigger annexe2_line_is_append_only before update or delete on annexe2_line
  for each row execute function platform.refuse_change();
create trigger annexe2_line_is_never_truncated before truncate on annexe2_line
  for each statement execute function platform.refuse_change();

-- C per item as annex 2 says it, the same on every day of the membership.
create table commitment (
  membership_id text not null references membership,
  item_code text not null,
  quantity bigint not null check (quantity >= 0 and quantity <= 2147483647),
  primary key (membership_id, item_code)
);
create trigger commitment_is_frozen before insert or update or delete on commitment
  for each row execute function commitment_is_frozen();
create trigger commitment_is_never_truncated before truncate on commitment
  for each statement execute function platform.refuse_change();
create trigger commitment_names_an_item before insert or update on commitment
  for each row execute function commitment_names_an_item();
create constraint trigger commitment_keeps_the_floor after insert or update or delete on commitment
  deferrable initially deferred for each row execute function commitment_keeps_the_floor();

-- C may move from a day on, by succession alone (ADH-5, COM-3). What annex 2 says stays as it was signed; what
-- moves is a ledger of its own, and C(d) is their sum.
create table commitment_change (
  id bigint generated always as identity primary key,
  membership_id text not null references membership,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0 and delta between -2147483647 and 2147483647),
  succession_id text not null,
  recorded_on date not null,
  -- A succession may move C on several days: in full, what earlier ones had moved from later days on.
  constraint commitment_change_is_one_step unique (succession_id, membership_id, item_code, effective_from)
);
create index commitment_change_by_membership on commitment_change (membership_id, item_code, effective_from);
create trigger commitment_change_is_append_only before update or delete on commitment_change
  for each row execute function platform.refuse_change();
create trigger commitment_change_is_never_truncated before truncate on commitment_change
  for each statement execute function platform.refuse_change();
create trigger commitment_change_lies_inside before insert on commitment_change
  for each row execute function commitment_change_lies_inside();
create constraint trigger commitment_change_keeps_the_floor after insert on commitment_change
  deferrable initially deferred for each row execute function commitment_change_keeps_the_floor();

-- ---------------------------------------------------------------- the ledger of orders (ORD-1 to ORD-7)
-- An order stands here from its signature on, and its supplier finds it in its list from then on; what comes later
-- (acknowledged) is told elsewhere.
create table purchase_order (
  -- Ordered by time, so that the indexes grow at one end.
  id text primary key,
  membership_id text not null,
  ledger_position bigint not null check (ledger_position >= 1),
  number text not null,
  -- SUCCESSION: a member's share in one (ADH-5); like the initial order it bears past days.
  kind text not null check (kind in ('INITIAL', 'ORDINARY', 'CORRECTION', 'SUCCESSION')),
  signed_on date not null,
  signed_by text not null,
  rests_on jsonb not null default '[]',
  line_count integer not null check (line_count between 1 and 200),
  -- Canonical text of the order, and the chain: anyone can recompute it.
  content text not null,
  previous_hash text not null,
  hash text not null check (hash = encode(sha256(convert_to(previous_hash || content, 'UTF8')), 'hex')),
  unique (membership_id, ledger_position),
  unique (membership_id, number)
);
-- The supplier's list: the oldest notice first.
create index purchase_order_by_day on purchase_order (signed_on, id);
create trigger purchase_order_is_append_only before update or delete on purchase_order
  for each row execute function platform.refuse_change();
create trigger purchase_order_is_never_truncated before truncate on purchase_order
  for each statement execute function platform.refuse_change();
create trigger purchase_order_extends_the_chain before insert on purchase_order
  for each row execute function purchase_order_extends_the_chain();
create constraint trigger purchase_order_is_whole after insert on purchase_order
  deferrable initially deferred for each row execute function purchase_order_is_whole();
create constraint trigger succession_keeps_the_maximum after insert on purchase_order
  deferrable initially deferred for each row when (new.kind = 'SUCCESSION') execute function succession_keeps_the_maximum();
create constraint trigger order_correction_rests_on_its_document after insert on purchase_order
  deferrable initially deferred for each row when (new.kind = 'CORRECTION')
  execute function order_correction_rests_on_its_document();

-- Read through its order only: no index by membership, which each order would enter at another place, so that an
-- order would cost more the longer the ledgers are.
create table order_line (
  order_id text not null references purchase_order,
  line integer not null check (line >= 1),
  -- Its order's (order_line_moves_ordered_days).
  membership_id text not null,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0 and delta between -2147483647 and 2147483647),
  primary key (order_id, line)
);
create trigger order_line_is_append_only before update or delete on order_line
  for each row execute function platform.refuse_change();
create trigger order_line_is_never_truncated before truncate on order_line
  for each statement execute function platform.refuse_change();
create trigger order_line_moves_ordered_days after insert on order_line
  referencing new table as new_lines for each statement execute function order_line_moves_ordered_days();
-- Only a line that takes away can break the floor that stood before: the others need not be asked.
create constraint trigger order_line_keeps_the_floor after insert on order_line
  deferrable initially deferred for each row when (new.delta < 0) execute function order_line_keeps_the_floor();

-- The running state: O from that day on, until the next row. Kept by the ledger's trigger, so that a
-- decision reads only the days from its earliest one on: never more rows than days, whatever the ledger's size.
create table ordered_day (
  membership_id text not null references membership,
  item_code text not null,
  effective_from date not null,
  ordered bigint not null check (ordered between 0 and 2147483647),
  primary key (membership_id, item_code, effective_from)
);
-- Nobody writes the running state but the ledger's trigger.
create trigger ordered_day_follows_the_ledger before insert or update or delete on ordered_day
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();
create trigger ordered_day_is_never_truncated before truncate on ordered_day
  for each statement execute function platform.refuse_change();

-- Why the past was changed (ORD-4), and the document in which the member's orderer and the supplier agree; its
-- digest stands in the order itself (rests_on), which the chain covers.
create table order_correction (
  order_id text primary key references purchase_order,
  reason text not null check (reason in ('ENTRY_ERROR', 'HEADCOUNT_ERROR', 'SCHOOL_CHANGE', 'EXECUTION_AGREEMENT')),
  document_id text not null references document
);
create trigger order_correction_is_append_only before update or delete on order_correction
  for each row execute function platform.refuse_change();
create trigger order_correction_is_never_truncated before truncate on order_correction
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- before and after the signature (ORD-1, PRV-2)
-- A draft counts in no O.
create table order_draft (
  id text primary key,
  -- Order of preparation: lists go from the newest to the oldest.
  position bigint generated always as identity unique,
  membership_id text not null references membership,
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) between 1 and 200),
  -- A reference of the member's own, never free text.
  note text not null default '' check (note ~ '^([A-Z0-9][A-Z0-9._-]{0,39})?$'),
  cause text not null check (cause in ('MEMBER', 'OVER_QUOTA')),
  -- The item whose waiting list an OVER_QUOTA draft follows.
  item_code text,
  -- User id, or system:over-quota.
  prepared_by text not null check (prepared_by <> ''),
  prepared_on date not null,
  -- Who changed it last: a draft that a person changed is left alone by the system.
  changed_by text not null check (changed_by <> ''),
  status text not null default 'DRAFT' check (status in ('DRAFT', 'SIGNED', 'CANCELLED')),
  version integer not null default 1 check (version >= 1),
  -- One draft becomes one order.
  order_id text unique references purchase_order,
  check ((status = 'SIGNED') = (order_id is not null)),
  check ((cause = 'OVER_QUOTA') = (item_code is not null))
);
create index order_draft_by_membership on order_draft (membership_id, position desc);
create unique index order_draft_over_quota_is_the_only_one on order_draft (membership_id, item_code)
  where status = 'DRAFT' and cause = 'OVER_QUOTA';
create trigger order_draft_goes_forward before update on order_draft
  for each row execute function order_draft_goes_forward();
create trigger order_draft_is_never_deleted before delete on order_draft
  for each row execute function platform.refuse_change();
create trigger order_draft_is_never_truncated before truncate on order_draft
  for each statement execute function platform.refuse_change();

-- The supplier has read it. The ledger itself knows nothing of it.
create table order_acknowledgement (
  order_id text primary key references purchase_order,
  acknowledged_on date not null,
  -- User id.
  acknowledged_by text not null check (acknowledged_by <> '')
);
create trigger order_acknowledgement_follows before insert on order_acknowledgement
  for each row execute function order_acknowledgement_follows();
create trigger order_acknowledgement_is_append_only before update or delete on order_acknowledgement
  for each row execute function platform.refuse_change();
create trigger order_acknowledgement_is_never_truncated before truncate on order_acknowledgement
  for each statement execute function platform.refuse_change();

-- Who waits beyond O (PRV-2): what provisioning told last, so that the same figure again prepares nothing anew.
create table seats_missing (
  membership_id text not null references membership,
  item_code text not null,
  -- Accounts that wait for a seat, or are open by tolerance without one.
  missing bigint not null check (missing >= 0),
  told_on date not null,
  primary key (membership_id, item_code)
);

-- ---------------------------------------------------------------- états des engagements (ORD-7)
-- As they were given: whoever holds one can have it compared with the ledger.
create table statement (
  -- 20 characters of the digest, as printed without its dashes.
  code text primary key check (code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  membership_id text not null references membership,
  on_day date not null,
  -- Of the ledger, up to which it says what was ordered.
  ledger_position bigint not null check (ledger_position >= 0),
  -- Canonical JSON; a CHECK recomputes its digest.
  content text not null,
  sha256 text not null unique check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
  -- What it says without names and addresses: these may change, and the same day keeps its first paper.
  facts_sha256 text not null,
  issued_on date not null,
  check (on_day <= issued_on),
  unique (membership_id, on_day, facts_sha256)
);
create trigger statement_is_append_only before update or delete on statement
  for each row execute function platform.refuse_change();
create trigger statement_is_never_truncated before truncate on statement
  for each statement execute function platform.refuse_change();

-- The bytes that were handed out: another version of this software may draw the same content otherwise.
create table statement_print (
  code text not null references statement,
  pdf_sha256 text not null check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
  primary key (code, pdf_sha256)
);
create trigger statement_print_is_append_only before update or delete on statement_print
  for each row execute function platform.refuse_change();
create trigger statement_print_is_never_truncated before truncate on statement_print
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- withdrawals and exclusions (WDR-1, WDR-2, EXC-1)
-- What was received, and what a judge decided.
create table withdrawal_notice (
  id text primary key,
  membership_id text not null references membership,
  letter_number text not null check (letter_number <> ''),
  -- The sending counts (art. 3); the reception is kept.
  sent_on date not null,
  received_on date not null,
  document_id text not null references document,
  -- First day without.
  takes_effect_on date not null,
  recorded_by text not null,
  recorded_on date not null,
  check (sent_on <= received_on),
  check (received_on <= recorded_on),
  check (sent_on < takes_effect_on),
  unique (membership_id, letter_number)
);
create index withdrawal_notice_by_membership on withdrawal_notice (membership_id, recorded_on);
create trigger withdrawal_notice_is_append_only before update or delete on withdrawal_notice
  for each row execute function platform.refuse_change();
create trigger withdrawal_notice_is_never_truncated before truncate on withdrawal_notice
  for each statement execute function platform.refuse_change();
create trigger withdrawal_notice_rests_on_its_paper before insert on withdrawal_notice
  for each row execute function rests_on_its_paper('LETTER');
create trigger withdrawal_notice_is_the_only_one before insert on withdrawal_notice
  for each row execute function withdrawal_notice_is_the_only_one();

create table withdrawal_revocation (
  notice_id text primary key references withdrawal_notice,
  letter_number text not null check (letter_number <> ''),
  sent_on date not null,
  received_on date not null,
  document_id text not null references document,
  recorded_by text not null,
  recorded_on date not null,
  check (sent_on <= received_on),
  check (received_on <= recorded_on)
);
create trigger withdrawal_revocation_is_append_only before update or delete on withdrawal_revocation
  for each row execute function platform.refuse_change();
create trigger withdrawal_revocation_is_never_truncated before truncate on withdrawal_revocation
  for each statement execute function platform.refuse_change();
create trigger withdrawal_revocation_comes_in_time before insert on withdrawal_revocation
  for each row execute function withdrawal_revocation_comes_in_time();

-- One reminder of each kind, however often its day is looked at.
create table withdrawal_reminder (
  membership_id text not null references membership,
  kind text not null check (kind in ('FIVE_MONTHS', 'TWO_MONTHS', 'FIFTEEN_DAYS')),
  due_on date not null,
  -- Last day on which a notice may be sent.
  last_day date not null,
  recorded_on date not null,
  primary key (membership_id, kind),
  check (due_on <= last_day)
);
create trigger withdrawal_reminder_is_append_only before update or delete on withdrawal_reminder
  for each row execute function platform.refuse_change();
create trigger withdrawal_reminder_is_never_truncated before truncate on withdrawal_reminder
  for each statement execute function platform.refuse_change();

create table exclusion (
  id text primary key,
  -- A member is excluded once: its membership does not come back.
  membership_id text not null unique references membership,
  ground text not null check (ground in ('NON_PERFORMANCE')),
  decision_reference text not null check (decision_reference <> ''),
  court text not null check (court <> ''),
  decided_on date not null,
  -- First day without; may be past.
  effective_on date not null,
  sums_due_cents bigint not null check (sums_due_cents >= 0),
  document_id text not null references document,
  recorded_by text not null,
  recorded_on date not null,
  check (decided_on <= recorded_on)
);
create trigger exclusion_rests_on_its_paper before insert on exclusion
  for each row execute function rests_on_its_paper('COURT_DECISION');
create trigger exclusion_is_append_only before update or delete on exclusion
  for each row execute function platform.refuse_change();
create trigger exclusion_is_never_truncated before truncate on exclusion
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- successions (ADH-5)
-- A plan of the coordinator, carried out on its day, and what it moved, conserved.
create table succession (
  id text primary key,
  -- Plans of one command with the same successor and day: all of them or none.
  group_id text not null,
  market_code text not null references market,
  kind text not null check (kind in ('FULL', 'PARTIAL')),
  -- First day under the successor; may be past.
  effective_on date not null,
  predecessor_membership_id text not null references membership,
  successor_organisation_id text not null references organisation,
  document_id text not null references document,
  -- PARTIAL: the lines of annex 2 that move, as they stood, and what is wished per item.
  moved_lines jsonb not null default '[]',
  shares jsonb not null default '[]',
  -- PARTIAL: UAI of the schools that pass; FULL: all of them, whatever stands here.
  schools text[] not null default '{}',
  planned_by text not null,
  planned_on date not null,
  status text not null default 'PLANNED' check (status in ('PLANNED', 'CARRIED_OUT', 'CANCELLED', 'BLOCKED')),
  -- Day on which it left PLANNED, and why where it was cancelled or blocked.
  decided_on date,
  reason_code text,
  reason text,
  successor_membership_id text references membership,
  -- The succession made the successor a member: its annex 2 is what moved.
  is_successor_created boolean not null default false,
  predecessor_order_id text references purchase_order,
  successor_order_ids text[] not null default '{}',
  schools_moved text[] not null default '{}',
  check ((status = 'PLANNED') = (decided_on is null)),
  check ((status = 'CARRIED_OUT') = (successor_membership_id is not null)),
  check (status not in ('CANCELLED', 'BLOCKED') or reason <> ''),
  check (successor_membership_id <> predecessor_membership_id),
  check (kind = 'PARTIAL' or moved_lines = '[]')
);
create index succession_falls_due on succession (effective_on, group_id) where status = 'PLANNED';
create index succession_by_market on succession (market_code, effective_on desc, id desc);
create index succession_by_predecessor on succession (predecessor_membership_id);
create index succession_by_successor on succession (successor_organisation_id);
-- A member passes whole once.
create unique index succession_in_full_is_the_only_one on succession (predecessor_membership_id)
  where kind = 'FULL' and status in ('PLANNED', 'CARRIED_OUT');
create trigger succession_rests_on_its_paper before insert on succession
  for each row execute function succession_rests_on_its_paper();
create trigger succession_is_never_deleted before delete on succession
  for each row execute function platform.refuse_change();
create trigger succession_is_never_truncated before truncate on succession
  for each statement execute function platform.refuse_change();
create trigger succession_is_decided_once before update on succession
  for each row execute function succession_is_decided_once();
create constraint trigger succession_conserves after insert or update of status on succession
  deferrable initially deferred for each row execute function succession_conserves();

-- ---------------------------------------------------------------- schools financed (SCH-1, SCH-2)
-- What the directory tells about schools: a copy, replaced by each of its events.
create table school (
  uai text primary key,
  -- Null where the directory's source does not say it.
  insee text check (insee <> ''),
  is_public boolean not null,
  -- The directory's: copies compare themselves with the owner by it.
  revision bigint not null
);

create table school_link (
  id text primary key,
  membership_id text not null references membership,
  uai text not null check (uai ~ '^[0-9]{7}[A-Z]$'),
  starts_on date not null,
  -- First day without; the membership's end while nothing earlier is decided.
  ends_on date not null,
  open_ended boolean not null default true,
  insee text not null,
  territory_exception text,
  recorded_by text not null,
  recorded_on date not null,
  -- The end it had before its membership's own came earlier; what a revocation gives back.
  would_end_on date check (would_end_on > ends_on),
  -- The paper on which an exception rests.
  exception_document_id text references document,
  end_reason text check (end_reason in
    ('SCHOOL_CLOSED', 'SCHOOLS_MERGED', 'MEMBER_CHOICE', 'COMPETENCE_LOST', 'RECORDING_ERROR', 'TRANSFER')),
  end_document_id text references document check (end_document_id is null or end_reason is not null),
  -- An end may come before a link that was planned to begin later: the link then has no day, and is kept.
  constraint school_link_has_no_negative_days check (starts_on <= ends_on),
  constraint exception_rests_on_a_reason check (exception_document_id is null or territory_exception is not null),
  -- At most one financer on any day, over all markets.
  constraint school_has_one_financer exclude using gist (uai with =, daterange(starts_on, ends_on) with &&)
);
create index school_link_by_membership on school_link (membership_id, uai, starts_on);
create trigger school_link_keeps_its_days before update or delete on school_link
  for each row execute function school_link_keeps_its_days();
create constraint trigger school_link_rests_on_decisions after insert or update on school_link
  deferrable initially deferred for each row execute function school_link_rests_on_decisions();
create constraint trigger membership_schools_end_with_it after update of ends_on on membership
  deferrable initially deferred for each row execute function school_link_rests_on_decisions();

create table school_transfer (
  id text primary key,
  market_code text not null references market,
  from_membership_id text not null references membership,
  to_membership_id text not null references membership check (to_membership_id <> from_membership_id),
  uais text[] not null check (cardinality(uais) between 1 and 200),
  effective_on date not null,
  document_id text not null references document,
  territory_exception text not null default '',
  exception_document_id text references document,
  proposed_by text not null,
  proposed_on date not null,
  status text not null check (status in ('PROPOSED', 'CARRIED_OUT', 'CANCELLED', 'DECLINED')),
  decided_by text,
  decided_on date,
  -- At the receiver, before its complementary order.
  seats_missing bigint not null check (seats_missing >= 0),
  order_id text references purchase_order,
  check ((status = 'PROPOSED') = (decided_on is null) and (decided_on is null) = (decided_by is null)),
  check (order_id is null or status = 'CARRIED_OUT'),
  check (decided_on >= proposed_on)
);
create index school_transfer_by_market on school_transfer (market_code, effective_on desc, id desc);
create index school_transfer_by_giver on school_transfer (from_membership_id);
create index school_transfer_by_receiver on school_transfer (to_membership_id);
create trigger school_transfer_rests_on_its_paper before insert on school_transfer
  for each row execute function school_transfer_rests_on_its_paper();
create trigger school_transfer_is_decided_once before update or delete on school_transfer
  for each row execute function school_transfer_is_decided_once();

-- ---------------------------------------------------------------- the coordinator's duties (GOV-1 to GOV-5)
-- Art. 4.1, 4.2, 7.1, 7.2, 7.3. Evidence is append-only; what is edited carries a version. People appear by function
-- and organisation, never by name.
-- Committees (GOV-5).
create table committee (
  id text primary key,
  market_code text not null references market,
  kind text not null check (kind in ('STEERING', 'DEPARTMENTAL')),
  department text not null default '',
  -- [{ functionTitle, organisation, organisationId, side }]
  seats jsonb not null default '[]',
  established_on date not null,
  version integer not null default 1 check (version >= 1),
  check ((kind = 'DEPARTMENTAL') = (department <> '')),
  check (jsonb_array_length(seats) <= 100),
  unique (market_code, kind, department)
);

create table committee_meeting (
  id text primary key,
  committee_id text not null references committee,
  meets_on date not null,
  starts_at text not null check (starts_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  place text not null check (place <> ''),
  agenda text[] not null check (cardinality(agenda) between 1 and 50),
  status text not null check (status in ('PLANNED', 'INVITED', 'HELD', 'CANCELLED')),
  planned_on date not null,
  -- Counts the invitations sent: a change asks for a new round.
  invitation_round integer not null default 0,
  version integer not null default 1 check (version >= 1)
);
create index committee_meeting_by_committee on committee_meeting (committee_id, meets_on desc, id desc);

create table meeting_invitation (
  meeting_id text not null references committee_meeting,
  round integer not null check (round >= 1),
  number integer not null check (number between 1 and 100),
  -- The seat as it stood.
  seat jsonb not null,
  invited_on date not null,
  invited_by text not null,
  primary key (meeting_id, round, number)
);
create trigger meeting_invitation_is_append_only before update or delete on meeting_invitation
  for each row execute function platform.refuse_change();
create trigger meeting_invitation_is_never_truncated before truncate on meeting_invitation
  for each statement execute function platform.refuse_change();

-- What was recorded last counts; what was recorded before stays.
create table meeting_attendance (
  id bigint generated always as identity primary key,
  meeting_id text not null,
  round integer not null,
  number integer not null,
  outcome text not null check (outcome in ('PRESENT', 'REPRESENTED', 'EXCUSED', 'ABSENT')),
  represented_by_function text not null default '',
  represented_by_organisation text not null default '',
  recorded_on date not null,
  recorded_by text not null,
  foreign key (meeting_id, round, number) references meeting_invitation,
  -- Art. 7.1: to take part or to be represented; by whom is said.
  check ((outcome = 'REPRESENTED') = (represented_by_function <> '' and represented_by_organisation <> ''))
);
create index meeting_attendance_by_invitation on meeting_attendance (meeting_id, round, number, id desc);
create trigger meeting_attendance_is_append_only before update or delete on meeting_attendance
  for each row execute function platform.refuse_change();
create trigger meeting_attendance_is_never_truncated before truncate on meeting_attendance
  for each statement execute function platform.refuse_change();

create table meeting_minutes (
  id bigint generated always as identity primary key,
  meeting_id text not null references committee_meeting,
  document_id text not null references document,
  recorded_on date not null,
  recorded_by text not null,
  unique (meeting_id, document_id)
);
create trigger meeting_minutes_rests_on_its_paper before insert on meeting_minutes
  for each row execute function rests_on_a_paper_of_the_market('MINUTES');
create trigger meeting_minutes_is_append_only before update or delete on meeting_minutes
  for each row execute function platform.refuse_change();
create trigger meeting_minutes_is_never_truncated before truncate on meeting_minutes
  for each statement execute function platform.refuse_change();

-- Training and support actions (GOV-2).
create table training_action (
  id text primary key,
  market_code text not null references market,
  kind text not null check (kind in ('TRAINING', 'SUPPORT')),
  title text not null check (title <> ''),
  audience text not null default '',
  scope text not null check (scope in ('ACADEMY', 'DEPARTMENT', 'CIRCONSCRIPTION')),
  department text not null default '',
  circonscription text not null default '',
  planned_on date not null,
  published boolean not null,
  status text not null check (status in ('PLANNED', 'HELD', 'CANCELLED')),
  held_on date,
  participants integer not null default 0 check (participants between 0 and 100000),
  version integer not null default 1 check (version >= 1),
  check ((status = 'HELD') = (held_on is not null)),
  check (status = 'HELD' or participants = 0),
  check ((scope = 'ACADEMY') = (department = '')),
  check ((scope = 'CIRCONSCRIPTION') = (circonscription <> ''))
);
create index training_action_by_market on training_action (market_code, planned_on desc, id desc);

-- Published once, never changed: a correction is another note.
create table progress_note (
  id text primary key,
  market_code text not null references market,
  published_on date not null,
  published_by text not null,
  title text not null check (title <> ''),
  body text not null check (body <> '' and length(body) <= 4000),
  figures jsonb not null
);
create index progress_note_by_market on progress_note (market_code, published_on desc, id desc);
create trigger progress_note_is_append_only before update or delete on progress_note
  for each row execute function platform.refuse_change();
create trigger progress_note_is_never_truncated before truncate on progress_note
  for each statement execute function platform.refuse_change();

-- Tender and award (GOV-3).
create table tender (
  market_code text primary key references market,
  opened_on date not null,
  opened_by text not null,
  -- As the règlement de la consultation states it; it does not change once offers may come.
  method jsonb not null,
  rules_document_id text not null references document
);
create trigger tender_rests_on_its_paper before insert on tender
  for each row execute function rests_on_a_paper_of_the_market('REGLEMENT_CONSULTATION');
create trigger tender_is_append_only before update or delete on tender
  for each row execute function platform.refuse_change();
create trigger tender_is_never_truncated before truncate on tender
  for each statement execute function platform.refuse_change();

create table tender_offer (
  id text primary key,
  market_code text not null references tender,
  bidder text not null check (bidder <> ''),
  siren text not null check (siren ~ '^[0-9]{9}$'),
  price_cents bigint not null check (price_cents > 0),
  marks jsonb not null,
  recorded_on date not null,
  version integer not null default 1 check (version >= 1),
  unique (market_code, siren)
);
create trigger tender_offer_stays_after_the_award before insert or update on tender_offer
  for each row execute function tender_is_decided();

create table tender_award (
  market_code text primary key references tender,
  offer_id text not null references tender_offer,
  awarded_on date not null,
  awarded_by text not null,
  reason text not null,
  -- The ranking that it rests on, whole.
  ranking jsonb not null
);
create trigger tender_award_is_append_only before update or delete on tender_award
  for each row execute function platform.refuse_change();
create trigger tender_award_is_never_truncated before truncate on tender_award
  for each statement execute function platform.refuse_change();

-- Published list of members (GOV-1).
create table published_list_decision (
  id bigint generated always as identity primary key,
  market_code text not null references market,
  content text not null check (content in ('NOTHING', 'NAMES')),
  reason text not null default '',
  decided_on date not null,
  decided_by text not null
);
create index published_list_decision_by_market on published_list_decision (market_code, id desc);
create trigger published_list_decision_is_append_only before update or delete on published_list_decision
  for each row execute function platform.refuse_change();
create trigger published_list_decision_is_never_truncated before truncate on published_list_decision
  for each statement execute function platform.refuse_change();

-- Documents for execution (GOV-4).
create table execution_dispatch (
  id text primary key,
  membership_id text not null references membership,
  kind text not null check (kind in ('ACTE_ENGAGEMENT', 'CCAP', 'CCTP', 'BPU', 'BPU_REVISION', 'NOTIFICATION',
    'CONVENTION', 'DELIBERATION', 'ANNEXE2', 'ORDER', 'AMENDMENT')),
  document_id text not null references document,
  title text not null,
  sha256 char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
  dated_on date,
  sent_on date not null,
  sent_by text not null,
  -- The same document goes once to a member.
  unique (membership_id, document_id)
);
create index execution_dispatch_by_membership on execution_dispatch (membership_id, sent_on desc, id desc);
create trigger execution_dispatch_is_append_only before update or delete on execution_dispatch
  for each row execute function platform.refuse_change();
create trigger execution_dispatch_is_never_truncated before truncate on execution_dispatch
  for each statement execute function platform.refuse_change();

create table execution_acknowledgement (
  dispatch_id text primary key references execution_dispatch,
  acknowledged_on date not null,
  acknowledged_by text not null
);
create trigger execution_acknowledgement_is_append_only before update or delete on execution_acknowledgement
  for each row execute function platform.refuse_change();
create trigger execution_acknowledgement_is_never_truncated before truncate on execution_acknowledgement
  for each statement execute function platform.refuse_change();
