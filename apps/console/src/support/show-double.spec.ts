import { expect, test } from '@jest/globals';
import type { BusinessDate } from '#libs/messaging';
import type { Clients } from '../clients/clients.module.js';
import type { Looks } from '../looks/looks.module.js';
import type { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { ShowDouble } from './show-double.js';

/** Goal: nobody is shown two people's names before the look is written, nor outside the own scope (SUP-1, SUP-2, DIR-2). */
const visitor = {
  grants: [{ role: 'support-2', market: 'e-primo-2022' }],
  uais: [],
} as unknown as Visitor;
const side = (personId: string, lastName: string) => ({
  ...{ personId, lastName, firstName: 'Zoé', uais: [], profiles: [], sources: [], level: '' },
  ...{ schools: [{ uai: '0440290B', name: 'Jules Verne', commune: 'Nantes' }] },
  attributeSources: [{ attribute: 'NAMES', profile: '', uai: '', sources: ['ONDE'] }],
  ...{ birthDate: '2015-03-04', leftOn: '', childCount: 0, guardianCount: 1 },
});
const double = {
  ...{ pairId: 'q-1', score: 75, reasons: ['LAST_NAME_SLIP'], foundOn: '2022-10-01', mergeId: '' },
  ...{
    answer: '',
    answeredOn: '',
    version: 7,
    newcomer: side('p-2', 'Montcour'),
    known: side('p-1', 'Montcourt'),
  },
};

function shownTo(seen: readonly string[]) {
  const looks: unknown[] = [];
  const show = new ShowDouble(
    {
      sees: (_scope: unknown, id: string) => Promise.resolve(seen.includes(id)),
    } as unknown as People,
    {
      keepingRefusal: (_visitor: Visitor, _asked: unknown, shown: () => unknown) => shown(),
      record: (_visitor: Visitor, look: unknown) => Promise.resolve(looks.push(look)),
    } as unknown as Looks,
    {
      of: () => ({ directory: { getDouble: () => Promise.resolve({ double }) } }),
    } as unknown as Clients,
    { today: () => Promise.resolve('2022-10-19') } as unknown as BusinessDate,
  );
  return { show, looks };
}

test('shows both sides, once the look at both is written', async () => {
  const { show, looks } = shownTo(['p-1', 'p-2']);
  const page = await show.execute(visitor, 'q-1', { reason: 'CHECK' });
  expect(page).toMatchObject({
    ...{ score: 75, version: 7, newcomer: { lastName: 'Montcour', leftOn: null } },
    known: {
      ...{ lastName: 'Montcourt', birthDate: '2015-03-04' },
      schools: [{ uai: '0440290B', name: 'Jules Verne', commune: 'Nantes' }],
      attributeSources: [{ attribute: 'NAMES', profile: '', uai: '', sources: ['ONDE'] }],
    },
  });
  expect(looks).toEqual([{ action: 'PERSON', reason: 'CHECK', subjects: ['p-2', 'p-1'] }]);
});

test('shows neither where one is of another market, and asks support why it looks', async () => {
  const { show, looks } = shownTo(['p-1']);
  const asked = show.execute(visitor, 'q-1', { reason: 'CHECK' });
  await expect(asked).rejects.toMatchObject({ code: 'PERSON_NOT_FOUND' });
  const unstated = shownTo(['p-1', 'p-2']).show.execute(visitor, 'q-1', {});
  await expect(unstated).rejects.toMatchObject({ code: 'LOOK_REASON_REQUIRED' });
  expect(looks).toEqual([]);
});
