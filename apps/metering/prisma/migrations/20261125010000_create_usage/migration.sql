-- Account-days per membership, item, school and day (MTR-1..3).

-- The facts as provisioning stated them: the recount starts from here, so they are never changed.
CREATE TABLE account_fact (
  account_id    uuid   NOT NULL,
  sequence      bigint NOT NULL CHECK (sequence > 0),
  effective_on  date   NOT NULL,
  is_open       boolean NOT NULL,
  membership_id text   NOT NULL,
  item_code     text   NOT NULL,
  uai           text   NOT NULL,
  PRIMARY KEY (account_id, sequence)
);

CREATE TRIGGER account_fact_is_append_only BEFORE UPDATE OR DELETE ON account_fact
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_account_fact_change();
CREATE TRIGGER account_fact_is_never_emptied BEFORE TRUNCATE ON account_fact
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_account_fact_change();

-- Days on which an account counts, as they follow from its facts so far. ends_on NULL: still open.
CREATE TABLE account_interval (
  account_id    uuid NOT NULL,
  starts_on     date NOT NULL,
  ends_on       date,
  membership_id text NOT NULL,
  item_code     text NOT NULL,
  uai           text NOT NULL,
  PRIMARY KEY (account_id, starts_on),
  CHECK (ends_on > starts_on)
);

-- A difference array: U(d) is the sum of the deltas up to d. A late fact touches only the days that
-- it concerns, however old (MTR-3). One shard per partition of the account topic, so that two
-- partitions applied at the same time never wait for the same row.
CREATE TABLE usage_change (
  membership_id text     NOT NULL,
  item_code     text     NOT NULL,
  uai           text     NOT NULL,
  day           date     NOT NULL,
  shard         smallint NOT NULL,
  delta         bigint   NOT NULL,
  PRIMARY KEY (membership_id, item_code, uai, day, shard)
);

-- Who a membership belongs to: all that is needed to show a member its own figures only (SUP-3).
CREATE TABLE membership_copy (
  membership_id   text PRIMARY KEY,
  organisation_id text NOT NULL,
  market_code     text NOT NULL
);

-- Up to which day (first that is not) each partition of the account topic has told every fact, as provisioning states.
CREATE TABLE days_told (
  partition integer PRIMARY KEY,
  before    date NOT NULL
);
