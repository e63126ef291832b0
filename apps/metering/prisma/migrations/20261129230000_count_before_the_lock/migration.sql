-- Moves with each batch of facts that is taken in, kept or undone: whoever counted before it closed an intake sees by it
-- whether anything may have come in between.
create sequence facts_taken;
