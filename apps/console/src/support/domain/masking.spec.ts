import { maskPerson, peopleShown, type FullPerson } from './masking.js';
import { viewRightsOf } from './rights.js';

const person: FullPerson = {
  personId: 'p-1',
  lastName: 'Exemple',
  firstName: 'Zoé',
  birthDate: '2015-04-02',
  enrolments: [
    aPlace({ classLabel: 'CE1 A', endsOn: null }),
    aPlace({ classLabel: 'CP B', endsOn: '2022-09-01' }),
  ],
  furtherSchools: [],
  isElsewhere: true,
  accounts: [
    {
      accountId: 'a-1',
      profile: 'PROFILE_STUDENT',
      state: 'FAILED',
      since: '2022-09-02',
      uai: '0440437L',
      login: 'zoe.exemple',
      failureCode: 'LOGIN_TAKEN',
      wayIn: 'LOCAL',
      wayInGap: '',
      urgentBlock: '',
      waitingRank: 0,
    },
  ],
  guardians: [{ personId: 'p-2', lastName: 'Exemple', firstName: 'Luc' }],
  children: [],
};

function aPlace(over: { classLabel: string; endsOn: string | null }) {
  const place = {
    profile: 'PROFILE_STUDENT',
    uai: '0440437L',
    schoolName: 'École',
    commune: 'Ancenis',
  };
  return {
    ...{ ...place, level: 'CE1', furtherClasses: ['ULIS'], groups: ['Chorale'] },
    ...{ startsOn: '2021-09-01', ...over },
  };
}

const seenBy = (...roles: string[]) =>
  maskPerson(person, viewRightsOf(roles.map((role) => ({ role, market: 'm' }))));

test('SUP-1: level 1 sees what answers a call, and nothing else', () => {
  const view = seenBy('support-1');
  expect(view).toMatchObject({
    displayName: 'EXEMPLE Zoé',
    birthDate: null,
    guardianCount: 1,
    guardians: [],
    masked: ['birthDate', 'guardians', 'login', 'history'],
  });
  expect(view.places.map(({ classLabel }) => classLabel)).toEqual(['CE1 A']);
  expect(view.accounts[0]).toMatchObject({ login: 'zoe•••', failureCode: '' });
  expect(JSON.stringify(view)).not.toMatch(/2015-04-02|Luc|zoe\.exemple|ULIS|Chorale/);
});

test('SUP-1: level 2 sees the whole', () => {
  expect(seenBy('support-2')).toMatchObject({
    birthDate: '2015-04-02',
    guardians: [{ personId: 'p-2', displayName: 'EXEMPLE Luc' }],
    places: [{ furtherClasses: ['ULIS'], groups: ['Chorale'] }, {}],
    accounts: [{ login: 'zoe.exemple' }],
    masked: [],
  });
});

test('SUP-1: level 3 sees technical causes without family data', () => {
  const view = seenBy('support-3');
  expect(view).toMatchObject({
    displayName: 'Z. E.',
    birthDate: null,
    guardians: [],
    accounts: [{ failureCode: 'LOGIN_TAKEN' }],
  });
  expect(JSON.stringify(view)).not.toMatch(/Zoé|Exemple,|Luc/);
});

test('SUP-3: a member, the coordinator and the data-protection officer see no name', () => {
  const view = seenBy('member-orderer', 'coordinator', 'dpo', 'admin');
  expect(view).toMatchObject({ displayName: 'Z. E.', birthDate: null, guardians: [] });
});

test('SUP-1: an agent who also heads a school looks at the market as an agent', () => {
  expect(seenBy('support-1', 'school')).toEqual(seenBy('support-1'));
});

test('adds up the rights of several roles', () => {
  expect(seenBy('support-1', 'support-3')).toMatchObject({
    displayName: 'EXEMPLE Zoé',
    accounts: [{ failureCode: 'LOGIN_TAKEN' }],
    guardians: [],
  });
});

test('SUP-2: says whose names a view shows', () => {
  expect(peopleShown(seenBy('support-2'))).toEqual(['p-1', 'p-2']);
  expect(peopleShown(seenBy('support-1'))).toEqual(['p-1']);
});

test('SUP-1: who is level 2 in one market and level 1 in another sees what both may see', () => {
  const level2 = { role: 'support-2', market: 'a' };
  const both = viewRightsOf([level2, { role: 'support-1', market: 'b' }]);
  expect(both).toEqual(viewRightsOf([{ role: 'support-1', market: 'b' }]));
  const inBoth = viewRightsOf([level2, { role: 'support-2', market: 'b' }]);
  expect(inBoth).toEqual(viewRightsOf([level2]));
  // Of several in one market, the most; who coordinates another sees nobody there.
  const more = viewRightsOf([level2, { role: 'support-1', market: 'a' }]);
  expect(more).toEqual(viewRightsOf([level2]));
  expect(viewRightsOf([level2, { role: 'coordinator', market: 'b' }])).toEqual(more);
});
