-- The link of a paper in the chain of its series: the first stands on 64 zeros.
create or replace function chain_of(before text, number text, sha256 text, xml_sha256 text) returns text
  language sql immutable as $$
  select encode(sha256(convert_to(concat_ws(' ', before, number, sha256, xml_sha256), 'UTF8')), 'hex')
$$;
