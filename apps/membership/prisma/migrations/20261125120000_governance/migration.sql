-- The coordinator's duties (GOV-1 to GOV-5, art. 4.1, 4.2, 7.1, 7.2, 7.3). Evidence is append-only; what is
-- edited carries a version. People appear by function and organisation, never by name.

-- ---------------------------------------------------------------- committees (GOV-5)
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

create table meeting_minutes (
  id bigint generated always as identity primary key,
  meeting_id text not null references committee_meeting,
  document_id text not null,
  -- { kind, title, sha256, datedOn }
  document jsonb not null,
  recorded_on date not null,
  recorded_by text not null,
  unique (meeting_id, document_id)
);

-- ---------------------------------------------------------------- training and support actions (GOV-2)
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

-- ---------------------------------------------------------------- tender and award (GOV-3)
create table tender (
  market_code text primary key references market,
  opened_on date not null,
  opened_by text not null,
  -- As the règlement de la consultation states it; it does not change once offers may come.
  method jsonb not null,
  rules jsonb not null
);

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

create table tender_award (
  market_code text primary key references tender,
  offer_id text not null references tender_offer,
  awarded_on date not null,
  awarded_by text not null,
  reason text not null,
  -- The ranking that it rests on, whole.
  ranking jsonb not null
);

create function tender_is_decided() returns trigger language plpgsql as $$
begin
  -- Behind the lock of the tender: an award and an offer that come at once queue.
  perform 1 from tender where market_code = new.market_code for update;
  if exists (select 1 from tender_award where market_code = new.market_code) then
    raise exception 'the tender of market % is awarded: its offers stay', new.market_code using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger tender_offer_stays_after_the_award before insert or update on tender_offer
  for each row execute function tender_is_decided();

-- ---------------------------------------------------------------- published list of members (GOV-1)
create table published_list_decision (
  id bigint generated always as identity primary key,
  market_code text not null references market,
  content text not null check (content in ('NOTHING', 'NAMES')),
  reason text not null default '',
  decided_on date not null,
  decided_by text not null
);
create index published_list_decision_by_market on published_list_decision (market_code, id desc);

-- ---------------------------------------------------------------- documents for execution (GOV-4)
create table execution_dispatch (
  id text primary key,
  membership_id text not null references membership,
  kind text not null check (kind in ('ACTE_ENGAGEMENT', 'CCAP', 'CCTP', 'BPU', 'BPU_REVISION', 'NOTIFICATION',
    'CONVENTION', 'DELIBERATION', 'ANNEXE2', 'ORDER', 'AMENDMENT')),
  document_id text not null,
  title text not null,
  sha256 char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
  dated_on date,
  sent_on date not null,
  sent_by text not null,
  -- The same document goes once to a member.
  unique (membership_id, document_id)
);
create index execution_dispatch_by_membership on execution_dispatch (membership_id, sent_on desc, id desc);

create table execution_acknowledgement (
  dispatch_id text primary key references execution_dispatch,
  acknowledged_on date not null,
  acknowledged_by text not null
);

do $$
declare evidence text;
begin
  foreach evidence in array array['meeting_invitation', 'meeting_attendance', 'meeting_minutes', 'progress_note',
    'tender', 'tender_award', 'published_list_decision', 'execution_dispatch', 'execution_acknowledgement'] loop
    execute format('create trigger %1$I before update or delete on %2$I for each row execute function platform.refuse_change()',
      evidence || '_is_append_only', evidence);
    execute format('create trigger %1$I before truncate on %2$I for each statement execute function platform.refuse_change()',
      evidence || '_is_never_truncated', evidence);
  end loop;
end $$;
