import { together, type Transaction } from '#libs/persistence';
import type { EntOutcome } from './ent-task.js';

/** What the ENT has of accounts, as it was learnt: users, classes, families. */
export async function recordEnt(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
  const taken = takeOver(tx, outcomes);
  const recorded = tx.query({
    name: 'record-ent',
    text: `update account a set ent_id = coalesce(x.ent_id, a.ent_id), login = case when x.removed then null else coalesce(x.login, a.login) end,
       ent_identity = coalesce(x.identity, a.ent_identity), ent_mail = coalesce(ent_mail(a.account_id, x.mail), a.ent_mail),
       ent_external_id = case when x.taken_over_as is null or exists (select from account o
           where o.ent_external_id = x.taken_over_as and o.account_id <> a.account_id and o.state <> 'DELETED')
         then a.ent_external_id else nullif(x.taken_over_as, a.account_id::text) end,
       ent_blocked = coalesce(x.blocked, a.ent_blocked), ent_removed = a.ent_removed or coalesce(x.removed, false)
     from jsonb_to_recordset($1) as x(account_id uuid, ent_id text, login text,
       identity text, mail text, taken_over_as text, blocked boolean, removed boolean)
     where a.account_id = x.account_id`,
    values: [
      JSON.stringify(
        outcomes.map((each) => ({
          account_id: each.accountId,
          ent_id: each.entId,
          login: each.login,
          identity: each.identity,
          mail: each.academicMail,
          taken_over_as: each.takenOverAs,
          blocked: each.isBlocked,
          removed: each.isRemoved,
        })),
      ),
    ],
  });
  await together(taken, recorded, recordPlaces(tx, outcomes), recordLinks(tx, outcomes));
}

/** The user of a person who comes back is the new account's; the account before keeps none, nor a rejected deletion of it. */
async function takeOver(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
  const takenOver = outcomes.filter((each) => each.takenOverAs !== undefined);
  if (takenOver.length === 0) return;
  // One statement: what is recorded of the new account is sent right behind it. Without tried places its work undoes no
  // creation (`callKind`).
  await tx.query(
    `with former as (update account set ent_id = null where state = 'DELETED' and ent_id = any($1) returning account_id),
       as_it_is as (update ent_task set tried_places = '{}' where account_id = any($2))
     delete from ent_task t using former f where t.account_id = f.account_id`,
    [
      takenOver.map(({ entId }) => entId),
      takenOver.filter((each) => each.isTakenAsItIs).map(({ accountId }) => accountId),
    ],
  );
}

async function recordPlaces(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
  const left = outcomes.flatMap(({ accountId, left: places = [] }) =>
    places.map(({ uai, label }) => ({ accountId, uai, label })),
  );
  const sent: Promise<unknown>[] = [];
  if (left.length > 0) {
    const gone = tx.query(
      `delete from ent_place t using unnest($1::uuid[], $2::text[], $3::text[]) as x(account_id, uai, label)
       where t.account_id = x.account_id and t.uai = x.uai and t.class_label = x.label`,
      [
        left.map(({ accountId }) => accountId),
        left.map(({ uai }) => uai),
        left.map(({ label }) => label),
      ],
    );
    sent.push(gone);
  }
  const joined = outcomes.flatMap(({ accountId, joined: places = [] }) =>
    places.map((place) => ({ accountId, ...place })),
  );
  if (joined.length === 0) return void (await together(...sent));
  const come = tx.query({
    name: 'record-places',
    // Whose account was ended meanwhile keeps no place (SUP-4).
    text: `insert into ent_place (account_id, uai, class_label, ent_class_id)
     select x.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as x(account_id, uai, label, class_id)
     join account a on a.account_id = x.account_id and a.state <> 'DELETED'
     on conflict (account_id, uai, class_label) do update set ent_class_id = excluded.ent_class_id`,
    values: [
      joined.map(({ accountId }) => accountId),
      joined.map(({ uai }) => uai),
      joined.map(({ label }) => label),
      joined.map(({ classId }) => classId),
    ],
  });
  await together(...sent, come);
}

/** A link taken back is forgotten, unless it is wanted again by now; its classes are left by the next round. */
async function recordLinks(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
  const links = outcomes.flatMap(({ accountId, linkedChildren = [], unlinkedChildIds = [] }) => [
    ...linkedChildren.map((child) => ({ accountId, childId: child.accountId, linked: true })),
    ...unlinkedChildIds.map((childId) => ({ accountId, childId, linked: false })),
  ]);
  if (links.length === 0) return;
  const noted = tx.query({
    name: 'record-links',
    text: `insert into ent_link (relative_account_id, student_account_id, linked)
     select * from unnest($1::uuid[], $2::uuid[], $3::boolean[])
     on conflict (relative_account_id, student_account_id) do update set linked = excluded.linked`,
    values: [
      links.map(({ accountId }) => accountId),
      links.map(({ childId }) => childId),
      links.map(({ linked }) => linked),
    ],
  });
  const gone = links.filter((link) => !link.linked).map(({ accountId }) => accountId);
  if (gone.length === 0) return void (await noted);
  const forgotten = tx.query(
    `delete from ent_link l where relative_account_id = any($1::uuid[]) and not linked
       and not exists (select from ent_link_gap g where g.relative_account_id = l.relative_account_id
         and g.student_account_id = l.student_account_id offset 0)`,
    [gone],
  );
  const unlinked = links.filter((link) => !link.linked);
  // A link that an academy's feed had restored (PRV-9).
  const cut = tx.query(
    `update link_exposure e set cut_at = clock_timestamp() from unnest($1::uuid[], $2::uuid[]) as x(relative_id, student_id)
     where e.relative_account_id = x.relative_id and e.student_account_id = x.student_id and e.cut_at is null`,
    [unlinked.map(({ accountId }) => accountId), unlinked.map(({ childId }) => childId)],
  );
  await together(noted, forgotten, cut);
}

/**
 * Guardians of whom nobody knows into which classes a link has brought them: the child was served beside, its books written
 * in between or not yet. `PUT related` puts a guardian where the child is at that moment.
 */
export async function uncertainGuardians(
  tx: Transaction,
  outcomes: readonly EntOutcome[],
): Promise<string[]> {
  const links = outcomes.flatMap(({ accountId, areClassesRead, linkedChildren = [] }) =>
    areClassesRead === true ? [] : linkedChildren.map((child) => ({ accountId, child })),
  );
  if (links.length === 0) return [];
  const { rows } = await tx.query<{ relative_id: string }>({
    name: 'uncertain-guardians',
    text: `select distinct relative_id from unnest($1::uuid[], $2::uuid[], $3::text[]) as x(relative_id, account_id, version)
     join account c using (account_id)
     where c.xmin::text <> x.version or exists (select from ent_task t where t.account_id = c.account_id and t.attempts > 0)`,
    values: [
      links.map(({ accountId }) => accountId),
      links.map(({ child }) => child.accountId),
      links.map(({ child }) => child.version),
    ],
  });
  return rows.map((row) => row.relative_id);
}
