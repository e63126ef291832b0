-- An answer is written whole, with the effect of its command, and is never changed.
alter table platform.idempotent_answer
  add constraint idempotent_answer_is_whole check ((answer is null) <> (refusal is null));
