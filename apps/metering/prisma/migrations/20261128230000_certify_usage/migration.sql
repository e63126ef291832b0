-- Certificates of what was counted when a period was closed, and what came after (BIL-5, MTR-3).

-- Which facts a certificate counted: those of its intake and before. Profile and first use: who is open, in use, paid for.
ALTER TABLE account_fact
  ADD COLUMN intake       bigint   NOT NULL DEFAULT 1 CHECK (intake > 0),
  ADD COLUMN profile      smallint NOT NULL DEFAULT 0,
  ADD COLUMN is_activated boolean  NOT NULL DEFAULT false;

CREATE TABLE cut_off_certificate (
  certificate_id uuid    PRIMARY KEY,
  membership_id  text    NOT NULL,
  -- Of the membership, from 1 on: each one stands on the one before.
  rank           integer NOT NULL CHECK (rank > 0),
  starts_on      date    NOT NULL,
  ends_on        date    NOT NULL CHECK (ends_on > starts_on),
  -- 0, and one more each time that the period is certified again after late facts.
  revision       integer NOT NULL CHECK (revision >= 0),
  certified_on   date    NOT NULL CHECK (certified_on >= ends_on),
  intake         bigint  NOT NULL CHECK (intake > 0),
  -- Of the account topic, partition by partition: the first that was not read.
  positions      text    NOT NULL,
  told_before    date    NOT NULL CHECK (told_before >= ends_on),
  accounts       bigint  NOT NULL CHECK (accounts >= 0),
  account_days   bigint  NOT NULL CHECK (account_days >= 0),
  -- Of U(d), item by item and school by school, each day on which it changes.
  usage_sha256   text    NOT NULL CHECK (usage_sha256 ~ '^[0-9a-f]{64}$'),
  previous       text    NOT NULL CHECK (previous ~ '^[0-9a-f]{64}$'),
  sha256         text    NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  UNIQUE (membership_id, rank),
  UNIQUE (membership_id, starts_on, ends_on, revision)
);
CREATE INDEX cut_off_certificate_intake ON cut_off_certificate (intake);

CREATE TRIGGER certificate_is_of_its_day BEFORE INSERT ON cut_off_certificate
  FOR EACH ROW EXECUTE FUNCTION certificate_is_of_its_day();
CREATE TRIGGER certificate_is_append_only BEFORE UPDATE OR DELETE ON cut_off_certificate
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_certificate_change();
CREATE TRIGGER certificate_is_never_emptied BEFORE TRUNCATE ON cut_off_certificate
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_certificate_change();

-- What late facts changed of the newest certificate of a period, item by item and school by school.
CREATE TABLE certificate_change (
  change_id      bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  certificate_id uuid    NOT NULL REFERENCES cut_off_certificate,
  item_code      text    NOT NULL,
  uai            text    NOT NULL,
  first_day      date    NOT NULL,
  account_days   bigint  NOT NULL,
  arrived_on     date    NOT NULL
);
CREATE INDEX certificate_change_of ON certificate_change (certificate_id);
CREATE TRIGGER certificate_change_is_append_only BEFORE UPDATE OR DELETE ON certificate_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_certificate_change();
CREATE TRIGGER certificate_change_is_never_emptied BEFORE TRUNCATE ON certificate_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_certificate_change();
