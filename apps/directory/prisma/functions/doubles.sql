-- Whether a person said that two are two (DIR-2): of them, or of whom they have absorbed. Undone with the merge by itself.
create or replace function are_held_apart(one uuid, other uuid) returns boolean language sql stable as $$
  with recursive ones (id) as (
    select one union select m.absorbed_id from ones o join person_merge m on m.survivor_id = o.id and m.undone_on is null),
  others (id) as (
    select other union select m.absorbed_id from others o join person_merge m on m.survivor_id = o.id and m.undone_on is null)
  select exists (
    select from doubtful_pair d join ones a on d.newcomer_id = a.id join others b on d.known_id = b.id where d.answer = 'DIFFERENT'
    union all
    select from doubtful_pair d join others a on d.newcomer_id = a.id join ones b on d.known_id = b.id where d.answer = 'DIFFERENT')
$$;
