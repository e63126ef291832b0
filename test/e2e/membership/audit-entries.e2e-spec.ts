import { jest } from '@jest/globals';
import pg from 'pg';
import { servicesOf } from '#libs/contracts';
import { createRpcClient } from '#libs/rpc';
import { life } from './contract-life/life.js';
import { known } from './contract-life/step.js';
import { marketCode, startMembership } from './membership-app.js';

/**
 * Goal: nothing changes without an entry of the journal, written in the transaction of the change. Method: the
 * life of a contract, with every RPC that changes anything. Each call is made twice: once while the database
 * refuses every entry, which must fail and leave all tables as they were; then for good, which must leave an
 * entry that says who, on which day, and on what document where the call names one.
 */
jest.setTimeout(120_000);

/** RPCs that only look. Every other one is in the life of the contract, or below. */
const looks =
  /^(get(?!Statement$)|find|list|show|preview|verifyStatement|rank|summarise|check|whatIs|authenticate)/;
const elsewhere = [
  // Ask billing first, which does not stand here: amendments.int-spec.ts.
  'proposeAmendment',
  'approveAmendment',
  'rejectAmendment',
  'withdrawAmendment',
];
// A content is written before its row, on purpose: what a failed upload leaves is swept.
const writtenBefore = ['public.document_blob'];

let service: Awaited<ReturnType<typeof startMembership>>;
let owner: pg.Client;
let ask: Record<string, (request: object, as: { token: string }) => Promise<unknown>>;
let clients: { close: () => void }[];

beforeAll(async () => {
  service = await startMembership();
  const { address, ownerUrl } = service;
  clients = servicesOf('membership').map((one) => createRpcClient(one, { address }));
  ask = Object.assign({}, ...clients) as typeof ask;
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    create function refuse_entry() returns trigger language plpgsql as $$
    begin raise exception 'no entry can be written'; end $$;
    create trigger refuse_entry before insert on platform.audit_entry for each row execute function refuse_entry();
    alter table platform.audit_entry disable trigger refuse_entry;`);
}, 60_000);
afterAll(async () => {
  await owner?.end();
  for (const client of clients ?? []) client.close();
  await service?.stop();
}, 30_000);

/** What every table holds, the answers kept under keys too. The outbox is emptied by its relay at any time. */
async function everything(): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ name: string }>(
    `select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE'
        and (table_schema = 'public' or (table_schema = 'platform' and table_name in ('idempotent_answer', 'audit_entry')))`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of rows.filter((row) => !writtenBefore.includes(row.name))) {
    const { rows: found } = await owner.query<{ digest: string }>(
      `select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as digest from ${name} t`,
    );
    digests[name] = found[0]?.digest ?? '';
  }
  return digests;
}

type Entry = {
  actor: string;
  carrier: string | null;
  business_date: string;
  rests_on: string | null;
  subject: string;
};
const lastEntry = async () =>
  Number(
    (await owner.query('select coalesce(max(id), 0) as id from platform.audit_entry')).rows[0].id,
  );
const entriesSince = async (id: number) =>
  (
    await owner.query<Entry>(
      `select actor, carrier, business_date::text as business_date, rests_on, subject from platform.audit_entry where id > $1`,
      [id],
    )
  ).rows;
const one = async (sql: string, values: unknown[] = []) =>
  (await owner.query<{ id: string }>(sql, values)).rows[0]?.id ?? '';

/** What only a look, a proposal or an adhesion of before the signature was kept would give. */
async function prepare(rpc: string): Promise<void> {
  if (rpc === 'recordSignedConvention') {
    await owner.query('alter table convention_signature disable trigger user');
    await owner.query('delete from convention_signature where membership_id = $1', [
      known['vertou'],
    ]);
    await owner.query('alter table convention_signature enable trigger user');
  }
  if (rpc === 'recordReminder')
    known['invitation'] = await one('select id from invitation limit 1');
  if (rpc === 'recordSignatory') known['file'] = 0;
  if (rpc === 'acknowledgeDispatch') {
    known['dispatch'] = await one('select id from execution_dispatch where membership_id = $1', [
      known['ancenis'],
    ]);
  }
  const proposals: Record<string, string> = {
    acceptSchoolTransfer: 'proposal-1',
    declineSchoolTransfer: 'proposal-2',
    cancelSchoolTransfer: 'proposal-3',
  };
  const id = proposals[rpc];
  if (id === undefined) return;
  known[id] = id;
  await owner.query(
    `insert into school_transfer (id, market_code, from_membership_id, to_membership_id, uais, effective_on, document_id,
                                  territory_exception, proposed_by, proposed_on, status, seats_missing)
     select $1, market_code, from_membership_id, to_membership_id, '{0441606G}', effective_on, document_id,
            territory_exception, proposed_by, proposed_on, 'PROPOSED', 1
       from school_transfer where status = 'CARRIED_OUT' limit 1`,
    [id],
  );
}

test('every RPC that changes anything is called', () => {
  const changing = servicesOf('membership')
    .flatMap(({ methods }) => methods.map(({ localName }) => localName))
    .filter((name) => !looks.test(name) && !elsewhere.includes(name));
  expect([...new Set(life.map(({ rpc }) => rpc))].sort()).toEqual([...changing].sort());
});

test.each(life.map((each, index) => [index, each.rpc] as const))(
  'SUP-2: %s %s, no change without its entry, who, which day and on what document',
  async (index) => {
    const { rpc, as, claims = {}, request, keep, name, restsOn } = life[index]!;
    await prepare(rpc);
    const asked = request();
    const token = await service.as(as, claims);
    const before = await everything();
    await owner.query('alter table platform.audit_entry enable trigger refuse_entry');
    const refused = await ask[rpc]!(asked, token).then(
      () => 'answered',
      () => 'refused',
    );
    await owner.query('alter table platform.audit_entry disable trigger refuse_entry');
    expect([rpc, refused, await everything()]).toEqual([rpc, 'refused', before]);

    const last = await lastEntry();
    const answer = await ask[rpc]!(asked, token);
    const kept = keep?.(answer);
    if (name !== undefined && kept !== undefined) known[name] = kept;
    const today = await one('select platform.business_date()::text as id');
    const entries = await entriesSince(last);
    expect(entries).toContainEqual(
      expect.objectContaining({
        actor: claims.sub ?? `user-${as}`,
        // The frame's own entries and those that the work writes itself.
        carrier: { player: 'user-player', admin: 'ent' }[as as string] ?? 'console',
        business_date: today,
        subject: expect.stringMatching(/./) as unknown,
        ...(restsOn ? { rests_on: restsOn() } : {}),
      }),
    );
  },
);

test('the journal that the coordinator reads holds the whole life', async () => {
  const { entries } = (await ask['listAuditEntries']!(
    { marketCode, limit: 200 },
    await service.as('coordinator'),
  )) as { entries: { action: string }[] };
  const actions = new Set(entries.map(({ action }) => action));
  expect(actions.size).toBeGreaterThan(40);
  for (const action of [
    'order.signed',
    'exclusion.recorded',
    'schools.transferred',
    'meeting.planned',
  ])
    expect(actions).toContain(action);
});
