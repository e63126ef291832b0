-- Whether annex 2 may name it: a public school of the national register, or no school but a beneficiary of ours (COM-1).
create or replace function is_in_register(beneficiary text) returns boolean language sql stable as $$
  select beneficiary !~ '^[0-9]{7}[A-Z]$' or exists (select from public_school s where s.uai = beneficiary)
$$;
