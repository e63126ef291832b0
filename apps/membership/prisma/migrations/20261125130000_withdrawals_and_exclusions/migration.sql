-- Withdrawal (WDR-1, WDR-2) and exclusion (EXC-1): what was received, what a judge decided, and the end that follows.

-- ---------------------------------------------------------------- notices of withdrawal
create table withdrawal_notice (
  id text primary key,
  membership_id text not null references membership,
  letter_number text not null check (letter_number <> ''),
  -- The sending counts (art. 3); the reception is kept.
  sent_on date not null,
  received_on date not null,
  document jsonb not null,
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

create table withdrawal_revocation (
  notice_id text primary key references withdrawal_notice,
  letter_number text not null check (letter_number <> ''),
  sent_on date not null,
  received_on date not null,
  document jsonb not null,
  recorded_by text not null,
  recorded_on date not null,
  check (sent_on <= received_on),
  check (received_on <= recorded_on)
);

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

-- ---------------------------------------------------------------- exclusions
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
  document jsonb not null,
  recorded_by text not null,
  recorded_on date not null,
  check (decided_on <= recorded_on)
);

-- ---------------------------------------------------------------- evidence only appends
create trigger withdrawal_notice_is_append_only before update or delete on withdrawal_notice
  for each row execute function platform.refuse_change();
create trigger withdrawal_notice_is_never_truncated before truncate on withdrawal_notice
  for each statement execute function platform.refuse_change();
create trigger withdrawal_revocation_is_append_only before update or delete on withdrawal_revocation
  for each row execute function platform.refuse_change();
create trigger withdrawal_revocation_is_never_truncated before truncate on withdrawal_revocation
  for each statement execute function platform.refuse_change();
create trigger withdrawal_reminder_is_append_only before update or delete on withdrawal_reminder
  for each row execute function platform.refuse_change();
create trigger withdrawal_reminder_is_never_truncated before truncate on withdrawal_reminder
  for each statement execute function platform.refuse_change();
create trigger exclusion_is_append_only before update or delete on exclusion
  for each row execute function platform.refuse_change();
create trigger exclusion_is_never_truncated before truncate on exclusion
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- the end of a membership
-- The notice that stands, if any: given and not taken back.
create function standing_notice_of(of_membership text) returns withdrawal_notice language sql stable as $$
  select n.* from withdrawal_notice n
   where n.membership_id = of_membership
     and not exists (select 1 from withdrawal_revocation r where r.notice_id = n.id)
   order by n.recorded_on desc, n.id limit 1
$$;

-- One notice at a time. The lock makes two of them queue.
create function withdrawal_notice_is_the_only_one() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id = new.membership_id for no key update;
  if (standing_notice_of(new.membership_id)).id is not null then
    raise exception 'membership % has given notice already', new.membership_id using errcode = 'unique_violation';
  end if;
  return new;
end $$;
create trigger withdrawal_notice_is_the_only_one before insert on withdrawal_notice
  for each row execute function withdrawal_notice_is_the_only_one();

-- Taken back before it takes effect, or not at all.
create function withdrawal_revocation_comes_in_time() returns trigger language plpgsql as $$
begin
  perform 1 from withdrawal_notice n join membership m on m.id = n.membership_id
    where n.id = new.notice_id and m.status = 'ACTIVE' and new.recorded_on < n.takes_effect_on
    for no key update of m;
  if not found then
    raise exception 'notice % is in effect', new.notice_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger withdrawal_revocation_comes_in_time before insert on withdrawal_revocation
  for each row execute function withdrawal_revocation_comes_in_time();

alter table membership add constraint membership_ends_for_a_cause check (status <> 'ENDED' or end_cause is not null);

-- An end by withdrawal or exclusion is that of the letter or of the decision, whoever writes it, and while
-- nothing of the kind stands nobody gives it as the cause.
create function membership_end_rests_on_evidence() returns trigger language plpgsql as $$
begin
  if (new.end_cause = 'WITHDRAWAL' and (standing_notice_of(new.id)).takes_effect_on is distinct from new.ends_on)
     or (new.end_cause = 'EXCLUSION'
         and (select x.effective_on from exclusion x where x.membership_id = new.id) is distinct from new.ends_on) then
    raise exception 'the end of membership % by % on % rests on nothing', new.id, new.end_cause, new.ends_on
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger membership_end_rests_on_evidence after insert or update of ends_on, end_cause on membership
  deferrable initially deferred for each row execute function membership_end_rests_on_evidence();

-- ---------------------------------------------------------------- schools financed follow it
-- An end may come before a link that was planned to begin later: the link then has no day, and is kept.
alter table school_link drop constraint school_link_check;
alter table school_link add constraint school_link_has_no_negative_days check (starts_on <= ends_on);
-- The end it had before its membership's own came earlier; what a revocation gives back.
alter table school_link add column would_end_on date check (would_end_on > ends_on);
