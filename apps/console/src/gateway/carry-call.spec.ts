import { create } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { DirectoryService } from '#libs/contracts';
import type { Clients } from '../clients/clients.module.js';
import type { MembershipOwners } from '../clients/membership-owners.js';
import type { DoublesSeen } from '../support/support.module.js';
import type { Visitor } from '../visitor.js';
import { CarryCall } from './carry-call.js';
import { contractRoutesOf } from './route-of.js';

/** Goal: what the console alone can judge is judged before the effect. Method: calls that would merge and part two people. */
test.each([
  ['DecideDouble', { pairId: 'q-1', answer: 'SAME' }],
  ['UndoMerge', { mergeId: 'm-1' }],
])('SUP-1: %s goes out only where both people may be seen', async (name, path) => {
  const method = DirectoryService.methods.find((each) => each.name === name)!;
  const route = contractRoutesOf(DirectoryService).find(({ rpc }) => rpc === method)!;
  const calls: string[] = [];
  const call = () => {
    calls.push(method.name);
    return Promise.resolve(create(method.output));
  };
  const clients = { of: () => ({ directory: { [method.localName]: call } }) };
  const given = {
    path,
    rest: {},
    idempotencyKey: 'k',
    expectedVersion: route.expectedVersion && 1,
    file: undefined,
  };
  const carrying = (require: DoublesSeen['require']) =>
    new CarryCall(clients as never as Clients, {} as MembershipOwners, { require } as DoublesSeen);
  const asked: unknown[] = [];
  const refused = carrying((_visitor, request) => {
    asked.push(request);
    return Promise.reject(new Error('not seen'));
  });
  await expect(refused.execute(route, {} as Visitor, given)).rejects.toThrow('not seen');
  expect({ asked, calls }).toMatchObject({ asked: [path], calls: [] });
  const allowed = carrying(() => Promise.resolve());
  await allowed.execute(route, {} as Visitor, given);
  expect(calls).toEqual([method.name]);
});
