import pg from 'pg';

/** An account as the tables of provisioning have it. */
export type BookedAccount = {
  readonly accountId: string;
  readonly state: string;
  readonly type: string;
  /** Null: the ENT has given none. */
  readonly entId: string | null;
  readonly externalId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  readonly isActivated: boolean;
  /** By a decision of urgency, whatever its state. */
  readonly isBlockedUrgently: boolean;
  /** Of each place `UAI label`: its own by the directory's statement. */
  readonly ownClasses: readonly string[];
  /** Accounts of the children that the directory states. */
  readonly childIds: readonly string[];
};

/** Of the day of the books. A person who is erased has no name. */
export async function readBooks(databaseUrl: string): Promise<BookedAccount[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<BookedAccount>(accounts)).rows;
  } finally {
    await client.end();
  }
}

const accounts = `
  with today as (select day from platform.business_day),
  financed as (
    select f.uai from school_financing f join membership m using (membership_id), today
    where f.starts_on <= day and (f.ends_on is null or f.ends_on > day) and m.starts_on <= day and m.ends_on > day),
  further as (
    select c.person_id, c.profile, c.uai || ' ' || c.class_label as place from person_class c, today
    where c.starts_on <= day and (c.ends_on is null or c.ends_on > day) and c.uai in (select uai from financed)),
  child as (
    select p.person_id, s.account_id from person p join account s on s.person_id = any(p.child_ids)
    where s.profile = 'STUDENT' and s.state <> 'DELETED')
  select a.account_id::text as "accountId", a.state, initcap(a.profile) as type, a.ent_id as "entId",
    coalesce(a.ent_external_id, a.account_id::text) as "externalId", coalesce(p.last_name, '') as "lastName",
    coalesce(p.first_name, '') as "firstName", coalesce(p.birth_date, '') as "birthDate", a.activated as "isActivated",
    exists (select from ent_urgent_block u where u.account_id = a.account_id and u.wanted) as "isBlockedUrgently",
    array(select a.uai || ' ' || a.class_label where a.class_label <> ''
      union select place from further f where f.person_id = a.person_id and f.profile = a.profile) as "ownClasses",
    array(select c.account_id::text from child c where c.person_id = a.person_id and a.profile = 'RELATIVE') as "childIds"
  from account a left join person p using (person_id)`;
