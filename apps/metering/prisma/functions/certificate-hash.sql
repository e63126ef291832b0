-- What a certificate is known by: all that it states, and the one before it of the same membership.
create or replace function certificate_hash(c cut_off_certificate) returns text language sql immutable as $$
  select encode(sha256(convert_to(concat_ws('|', c.membership_id, c.rank, c.starts_on, c.ends_on, c.revision,
    c.certified_on, c.intake, c.positions, c.told_before, c.accounts, c.account_days, c.usage_sha256, c.previous),
    'UTF8')), 'hex')
$$;
