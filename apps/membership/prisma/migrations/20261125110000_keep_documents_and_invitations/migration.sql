-- Documents outside the database, the invitation campaign, decisions about applications, what is known
-- of an organisation beyond its name (ADH-1 to ADH-4).

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

create trigger document_is_append_only before update or delete on document
  for each row execute function platform.refuse_change();
create trigger document_is_never_truncated before truncate on document
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- the invitation campaign of a market
create table invitation_campaign (
  market_code text primary key references market,
  -- Days without an answer after which a reminder is due.
  silent_after_days integer not null default 21 check (silent_after_days between 1 and 365)
);

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

-- ---------------------------------------------------------------- decisions about applications (ADH-3)
create table application_decision (
  membership_id text primary key references membership,
  decision text not null check (decision in ('ACCEPTED', 'REFUSED')),
  -- Of the list that the domain keeps, with its article.
  reason_code text not null check (reason_code <> ''),
  note text not null default '',
  document_id text references document,
  decided_by text not null,
  decided_on date not null
);
create trigger application_decision_is_append_only before update or delete on application_decision
  for each row execute function platform.refuse_change();
create trigger application_decision_is_never_truncated before truncate on application_decision
  for each statement execute function platform.refuse_change();

-- The tender begins once every accepted member has signed (art. 8, MKT-3).
create table convention_signature (
  membership_id text primary key references membership,
  signed_on date not null,
  document_id text references document,
  recorded_by text not null,
  recorded_on date not null,
  check (signed_on <= recorded_on)
);
create trigger convention_signature_is_append_only before update or delete on convention_signature
  for each row execute function platform.refuse_change();
create trigger convention_signature_is_never_truncated before truncate on convention_signature
  for each statement execute function platform.refuse_change();

-- Signatures told before this table: the day printed on the convention of the application.
insert into convention_signature (membership_id, signed_on, recorded_by, recorded_on)
select m.id, min((d ->> 'datedOn')::date), 'migration', m.applied_on
  from membership m cross join lateral jsonb_array_elements(m.documents) d
 where d ->> 'kind' = 'CONVENTION' and d ->> 'datedOn' <> '' and (d ->> 'datedOn')::date <= m.applied_on
 group by m.id;

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
