create or replace function refuse_account_fact_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'account_fact is append-only (MTR-2)' USING ERRCODE = 'restrict_violation';
END $$;
