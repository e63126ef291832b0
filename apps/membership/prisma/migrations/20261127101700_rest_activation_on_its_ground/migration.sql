-- ADH-6: once signed and the market is awarded, whoever writes.
create constraint trigger membership_rests_on_its_ground after insert or update of status on membership
  deferrable initially deferred for each row when (new.status = 'ACTIVE')
  execute function membership_rests_on_its_ground();
