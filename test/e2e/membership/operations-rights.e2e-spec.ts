import { jest } from '@jest/globals';
import { OperationsService } from '#libs/contracts';
import { accessOf } from '#libs/identity';
import { queryAt } from '#libs/testing';
import { startMembership } from './membership-app.js';

/**
 * Goal: what a service answers of its workings is the operator's, in the markets that he administers; no role of a
 * page reaches it. Method: membership over the wire, with events set aside of two markets and of none.
 */
jest.setTimeout(60_000);
let service: Awaited<ReturnType<typeof startMembership>>;
beforeAll(async () => {
  service = await startMembership();
  await queryAt(
    service.ownerUrl,
    `insert into platform.parked_event (topic, partition, "offset", key, cause, market_code)
       values ('t', 0, 1, 'ours', 'HANDLER_FAILED', 'e-primo-2022'), ('t', 0, 2, 'theirs', 'HANDLER_FAILED', 'autre'),
              ('t', 0, 3, 'garbage', 'UNDECODABLE', null)`,
  );
});
afterAll(() => service?.stop());

const names = OperationsService.methods.map(({ localName }) => localName);
type Call = (request: object, options: object) => Promise<unknown>;
const call = (name: string, token: { token: string }) =>
  (service.operations as unknown as Record<string, Call>)[name]!(sampleOf(name), token);
/** Who decides says why, and on what. */
const stated = { reason: 'essai', proposalId: 'none', outcome: 'APPROVED' };
const sampleOf = (name: string) => {
  const { input } = OperationsService.methods.find(({ localName }) => localName === name)!;
  return Object.fromEntries(
    Object.entries(stated).filter(([field]) =>
      input.fields.some(({ localName }) => localName === field),
    ),
  );
};
const listed = async (...markets: string[]) =>
  (await service.operations.listParked({}, await service.as('admin', { markets }))).events.map(
    ({ key, marketCode }) => [key, marketCode],
  );

test.each(names)('%s is refused to whoever reaches the services through pages', async (name) => {
  const roles = ['support-3', 'support-2', 'dpo', 'coordinator', 'supplier', 'member-orderer'];
  const claims = { organisationId: 'org-200083228', roles };
  const refused = { code: 'NOT_ALLOWED' };
  await expect(call(name, await service.as('support-3', claims))).rejects.toMatchObject(refused);
  // An administrator who came by a browser.
  const inBrowser = await service.as('admin', { markets: ['*'], client_id: 'console' });
  await expect(call(name, inBrowser)).rejects.toMatchObject(refused);
});

const ofThePlatform = OperationsService.methods
  .filter((rpc) => accessOf(rpc)?.operator === 'platform')
  .map(({ localName }) => localName);
test.each(ofThePlatform)('SUP-1: %s is refused to who administers one market', async (name) => {
  const ofOne = await service.as('admin');
  await expect(call(name, ofOne)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  // Let in: nothing is broken here, and no day on which to decide.
  const answered = call(name, await service.as('admin', { markets: ['*'] })).then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );
  expect(await answered).toBe(nothingToDecide[name] ?? 'done');
});
const nothingToDecide: Record<string, string> = {
  proposeBreaks: 'NOTHING_BROKEN',
  decideBreaks: 'BUSINESS_DAY_NOT_BEGUN',
};

test('SUP-1: parked events are listed to who administers their market; garbage to who administers all', async () => {
  expect(await listed('e-primo-2022')).toEqual([['ours', 'e-primo-2022']]);
  expect(await listed('autre')).toEqual([['theirs', 'autre']]);
  expect(await listed('e-primo-2022', 'autre')).toHaveLength(2);
  expect(await listed('*')).toEqual([
    ['ours', 'e-primo-2022'],
    ['theirs', 'autre'],
    ['garbage', ''],
  ]);
});

test('SUP-1: of another market, or garbage, an administrator replays nothing, by its name either', async () => {
  const ofOther = await service.as('admin', { markets: ['nowhere'] });
  for (const key of ['', 'ours', 'garbage']) {
    const asked = { topic: key === '' ? '' : 't', key };
    expect(await service.operations.releaseParked(asked, ofOther)).toMatchObject({
      ...{ released: 0n, stillParked: 0n },
    });
  }
  expect(await listed('*')).toHaveLength(3);
});
