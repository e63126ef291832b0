-- Removes sent rows from the outbox, counts them and archives facts. The owner's, since the service may do none of these
-- by itself: a fact removed without a trace would be missing from every consumer. False: another relay has taken over.
-- The numbers of the removed rows must become the last numbers of their topics, so that a row that was removed and not
-- sent leaves a gap that each consumer finds.
create or replace function platform.forget_sent(
  of_fence bigint, lease_ms bigint, sent int8multirange,
  number_topics text[], number_partitions integer[], number_seqs bigint[], digests text[],
  batch_topics text[], batch_partitions integer[], prev_seqs bigint[], first_seqs bigint[], last_seqs bigint[],
  batch_epoch bigint, batch_events integer[], batch_bytes integer[], sizes integer[], all_records bytea
) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  state platform.relay_state;
  following bigint;
  topics text[];
  counts bigint[];
  lasts bigint[];
  changed bigint;
begin
  select * into state from platform.relay_state where fence = of_fence for update;
  if not found then
    return false;
  end if;
  if state.ids is null then
    raise exception 'no rows are on their way' using errcode = 'check_violation';
  end if;
  following := state.next_seq + (select sum(upper(r) - lower(r)) from unnest(state.ids) r);
  with gone as (
    delete from platform.outbox where id between lower(sent) and upper(sent) - 1 and id <@ sent returning id, topic),
    each as (select topic, count(*) as events, max(id) as last_id from gone group by topic)
  select array_agg(topic), array_agg(events), array_agg(
           state.next_seq - 1 + (select sum(least(upper(r), last_id + 1) - lower(r)) from unnest(state.ids) r
                                  where lower(r) <= last_id))
    into topics, counts, lasts from each;
  if not sent <@ state.ids
     or coalesce((select sum(n) from unnest(counts) n), 0) <> coalesce((select sum(upper(r) - lower(r)) from unnest(sent) r), 0) then
    raise exception 'only rows on their way are forgotten' using errcode = 'check_violation';
  end if;
  if exists (select from unnest(number_seqs || first_seqs || last_seqs) seq where seq not between state.next_seq and following - 1)
     or exists (
       select from unnest(topics, lasts) as left_outbox (topic, last)
        where last is distinct from (select max(seq) from unnest(number_topics, number_seqs) as n (topic, seq)
                                      where n.topic = left_outbox.topic)
          and (topic = any(number_topics) or exists (select from platform.last_number l where l.topic = left_outbox.topic))) then
    raise exception 'the last numbers are not those of the rows that were sent' using errcode = 'check_violation';
  end if;
  if exists (
       select from (select b.*, lag(last_seq) over (partition by b.topic, b.partition order by last_seq) as before
                      from unnest(batch_topics, batch_partitions, prev_seqs, last_seqs) as b (topic, partition, prev_seq, last_seq)) as b
         left join platform.last_number l on l.topic = b.topic and l.partition = b.partition
        where prev_seq <> coalesce(before, l.seq, 0))
     or exists (
       select from unnest(topics, counts) as left_outbox (topic, events)
        where events is distinct from (select sum(n) from unnest(batch_topics, batch_events) as b (topic, n)
                                        where b.topic = left_outbox.topic)
          and (topic = any(batch_topics) or exists (select from platform.told t where t.topic = left_outbox.topic)))
     or (cardinality(batch_topics) > 0 and batch_epoch is distinct from (select max(epoch) from platform.incarnation)) then
    raise exception 'the archived facts are not those of the rows that were sent' using errcode = 'check_violation';
  end if;
  insert into platform.produced (topic, events) select * from unnest(topics, counts)
    on conflict (topic) do update set events = produced.events + excluded.events;
  insert into platform.last_number (topic, partition, seq, digest)
    select * from unnest(number_topics, number_partitions, number_seqs, digests)
    on conflict (topic, partition) do update set seq = excluded.seq, digest = excluded.digest
      where last_number.seq < excluded.seq;
  get diagnostics changed = row_count;
  if changed <> cardinality(number_topics) then
    raise exception 'a last number never falls' using errcode = 'check_violation';
  end if;
  insert into platform.told (topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes, records)
    select topic, partition, prev_seq, first_seq, last_seq, batch_epoch, events, bytes,
           substring(all_records from (sum(size) over (order by n) - size + 1)::integer for size)
      from unnest(batch_topics, batch_partitions, prev_seqs, first_seqs, last_seqs, batch_events, batch_bytes, sizes)
             with ordinality as b (topic, partition, prev_seq, first_seq, last_seq, events, bytes, size, n);
  update platform.relay_state set ids = null, next_seq = following,
         held_until = clock_timestamp() + lease_ms * interval '1 millisecond';
  return true;
end $$;

-- A new incarnation where this database is no longer the one that the newest was (libs/messaging/src/incarnations.ts).
-- The owner's: every column is the server's own, so a service cannot forge one.
create or replace function platform.begin_incarnation(of_fence bigint) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with held as (
    select next_seq, ids, generation from platform.relay_state where fence = of_fence for update),
  me as (
    select (select system_identifier::text from pg_control_system()) as system_identifier,
           left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline,
           (select oid::bigint from pg_database where datname = current_database()) as database_oid),
  newest as (select * from platform.incarnation order by epoch desc limit 1)
  insert into platform.incarnation
    (epoch, system_identifier, timeline, database_oid, generation, parent_epoch, branch_seq)
  select greatest(newest.epoch + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint), me.*,
         held.generation, newest.epoch, held.next_seq
    from held cross join me left join newest on true
   where newest.epoch is null
      or held.ids is null
         and (newest.system_identifier, newest.timeline, newest.database_oid, newest.generation)
             is distinct from (me.system_identifier, me.timeline, me.database_oid, held.generation)
$$;

-- The first record that a key signs, as the relay's own state says: an older key is bounded by it once it is retired.
create or replace function platform.note_signing_key(of_fence bigint, of_kid text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into platform.signing_key (kid, epoch, seq)
  select of_kid, (select max(epoch) from platform.incarnation), next_seq from platform.relay_state where fence = of_fence
  on conflict do nothing
$$;

-- The owner's, for the operator's command. A generation that no relay has begun is not raised again. Null: three began
-- within a day. A consumer that finds more than sixteen incarnations without a record in between stops.
create or replace function platform.raise_generation() returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  state platform.relay_state;
begin
  select * into state from platform.relay_state for update;
  if state.generation > (select generation from platform.incarnation order by epoch desc limit 1) then
    return state.generation;
  end if;
  if (select count(*) from platform.incarnation where since > clock_timestamp() - interval '1 day' and parent_epoch is not null) >= 3 then
    return null;
  end if;
  update platform.relay_state set generation = generation + 1, fence = fence + 1, held_until = '-infinity'
    returning generation into state.generation;
  return state.generation;
end $$;
