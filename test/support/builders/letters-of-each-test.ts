import { randomUUID } from 'node:crypto';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import { ancenis, coordinator, MembershipWorld } from './membership-world.js';

export let world: MembershipWorld;
/** A member of 412 accounts, in force. */
export let mine: string;
/** The letter that they give as proof; empty: none was deposited. */
let letterId: string;

/** A world of its own for each test of a file, in which letters of withdrawal may come. */
export function lettersForEachTest(): void {
  beforeEach(async () => {
    world = await MembershipWorld.create();
    await world.day('2022-01-14');
    await world.publishMarket();
    mine = await world.activeMember(ancenis, 412);
    letterId = await keptDocument('LETTER');
  }, 30_000);
  afterEach(() => world.fresh.drop());
}

const letter = (sentOn: string, receivedOn: string, number = '1A 042') => ({
  number,
  sentOn: localDate(sentOn),
  receivedOn: localDate(receivedOn),
  documentId: letterId,
});
type Asked = {
  membershipId?: string;
  number?: string;
  key?: string;
  caller?: Caller;
};
const request = (sentOn: string, receivedOn: string, over: Asked) => ({
  idempotencyKey: over.key ?? randomUUID(),
  membershipId: over.membershipId ?? mine,
  letter: letter(sentOn, receivedOn, over.number),
  caller: over.caller ?? coordinator,
});
export const withdraw = (sentOn: string, receivedOn = sentOn, over: Asked = {}) =>
  world.recordWithdrawal.execute(request(sentOn, receivedOn, over));
export const revoke = (sentOn: string, receivedOn = sentOn, over: Asked = {}) =>
  world.revokeWithdrawal.execute(request(sentOn, receivedOn, { number: '1A 043', ...over }));
export const finance = (membershipId: string, from: string, exception = '') =>
  world.financeSchool.execute({
    idempotencyKey: '',
    membershipId,
    uai: ancenis.uai as never,
    from: localDate(from),
    insee: ancenis.insee as never,
    territoryException: exception,
    caller: coordinator,
  });
/** A document of this member, as an upload leaves it. */
export const keptDocument = (kind: string) =>
  world.deposit(kind, ancenis.siren, { membershipId: mine, datedOn: '2024-05-20' });
/** Stands at a day at once: what falls due on the way is not this test's. */
export const at = (day: string) => world.database.query('select platform.begin_day($1)', [day]);
export const lastEvents = async (count: number) => (await world.events(mine)).slice(-count);
export async function lastEvent() {
  const { rows } = await world.database.query<{ value: Buffer; business_date: string }>(
    'select value, business_date from platform.outbox where key = $1 order by id desc limit 1',
    [mine],
  );
  return rows[0]!;
}
export async function membership() {
  const { rows } = await world.database.query<{
    status: string;
    ends_on: string;
    end_cause: string | null;
  }>('select status, ends_on, end_cause from membership where id = $1', [mine]);
  return rows[0];
}
export const links = async () => {
  const { rows } = await world.database.query<{ line: string }>(
    `select starts_on || ' ' || ends_on as line from school_link where membership_id = $1 order by starts_on`,
    [mine],
  );
  return rows.map(({ line }) => line);
};
