import { expect, test } from '@jest/globals';
import type { BusinessDate } from '#libs/messaging';
import type { Clients } from '../clients/clients.module.js';
import type { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { DoublesSeen } from './doubles-seen.js';

/** Goal: level 2 decides about nobody whom it may not see (SUP-1, DIR-2). Method: two people, of whom some are in its markets. */
const agent = { grants: [{ role: 'support-2', market: 'e-primo-2022' }], uais: [] };
const head = { grants: [{ role: 'school', market: '' }], uais: ['0440437L'] };

function seeing(...seen: string[]) {
  const directory = {
    listDoubles: ({ pairId }: { pairId: string }) =>
      Promise.resolve({
        doubles:
          pairId === 'q-1' ? [{ known: { personId: 'p-1' }, newcomer: { personId: 'p-2' } }] : [],
      }),
    listMerges: ({ mergeId }: { mergeId: string }) =>
      Promise.resolve({
        merges: ['m-1', 'm-import'].includes(mergeId)
          ? [
              {
                ...{ survivorId: 'p-1', absorbedId: 'p-2' },
                decidedBy: mergeId === 'm-1' ? 'PERSON' : 'IMPORT',
              },
            ]
          : [],
      }),
  };
  const doubles = new DoublesSeen(
    {
      sees: (_scope: unknown, id: string) => Promise.resolve(seen.includes(id)),
    } as never as People,
    { of: () => ({ directory }) } as never as Clients,
    { today: () => Promise.resolve('2022-10-19') } as never as BusinessDate,
  );
  return (who: object, request: { pairId?: string; mergeId?: string }) =>
    doubles.require(who as Visitor, request);
}

test('SUP-1: support answers a question and undoes a merge of two whom it may see, and no other', async () => {
  for (const request of [{ pairId: 'q-1' }, { mergeId: 'm-1' }]) {
    await expect(seeing('p-1', 'p-2')(agent, request)).resolves.toBeUndefined();
    for (const one of ['p-1', 'p-2'])
      await expect(seeing(one)(agent, request)).rejects.toMatchObject({ code: 'PERSON_NOT_FOUND' });
  }
});

test('SUP-1: whom an import took for somebody is parted by whoever may see that one', async () => {
  const request = { mergeId: 'm-import' };
  await expect(seeing('p-1')(agent, request)).resolves.toBeUndefined();
  await expect(seeing('p-2')(agent, request)).rejects.toMatchObject({ code: 'PERSON_NOT_FOUND' });
});

test('DIR-2: what is not there, and what a head asks, the directory judges', async () => {
  await expect(seeing()(agent, { pairId: 'q-9' })).resolves.toBeUndefined();
  await expect(seeing()(agent, { mergeId: 'm-9' })).resolves.toBeUndefined();
  await expect(seeing()(agent, {})).resolves.toBeUndefined();
  await expect(seeing()(head, { pairId: 'q-1' })).resolves.toBeUndefined();
});
