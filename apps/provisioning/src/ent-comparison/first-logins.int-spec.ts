import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';

/**
 * Goal: whoever comes in for the first time is seen by the next night, by each way in that a market may have (AUT-1); whom
 * the ENT cannot recognise is not let in, and not seen. Method: the doors of the ENT itself: its activation form with the code
 * that it gave, and what an identity provider asserts of a guardian, a pupil or a teacher by the key of the academy's export.
 */
jest.setTimeout(120_000);
bedForEachTest();

const uai = '0440001A';
const keyed = (number: number, profile: APerson['profile'] & string, changed = {}): APerson => ({
  ...aPupil(number, { uai, aafKey: String(number) }),
  ...(profile === 'STUDENT' ? {} : { classLabel: '', birthDate: '' }),
  ...{ profile, ...changed },
});
const people = {
  pupil: keyed(1, 'STUDENT'),
  guardian: keyed(2, 'RELATIVE', { childIds: [aPupil(1, { uai }).personId] }),
  teacher: keyed(3, 'TEACHER'),
  withCode: keyed(4, 'STUDENT'),
  // Nobody’s export says a key of it.
  unknown: { ...keyed(5, 'RELATIVE'), aafKey: '' },
};

const post = async (path: string, form: Readonly<Record<string, string>>) => {
  const body = new URLSearchParams(form);
  const answer = await fetch(`${bed.ent.url}${path}`, { method: 'POST', redirect: 'manual', body });
  await answer.text();
  return `${answer.status} ${answer.headers.get('location') ?? ''}`;
};
/** As an identity provider says who somebody is. */
const asserted = (name: 'FrEduCtRefId' | 'FrEduIdENT', key: string) => {
  const value = `<saml2:AttributeValue>NANTES-${key}</saml2:AttributeValue>`;
  const assertion = `<saml2:Attribute Name="${name}">${value}</saml2:Attribute>`;
  return post('/auth/saml/acs', { SAMLResponse: Buffer.from(assertion).toString('base64') });
};
const statesByName = async () => {
  const all = Object.entries(people).map(async ([name, { personId }]) => [
    name,
    (await bed.stateOf(personId)).join(),
  ]);
  return Object.fromEntries(await Promise.all(all)) as Record<string, string>;
};

test('AUT-1: a first login by ÉduConnect, by the academy and by a code is seen the next night, each of whom it was', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.rows(
    `insert into market_way_in (market_code, profile, way)
     values ('e-primo-2022', 'RELATIVE', 'EDUCONNECT'), ('e-primo-2022', 'STUDENT', 'EDUCONNECT')`,
  );
  await bed.import(Object.values(people), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const { login, activationCode } = [...bed.ent.graph.users.values()].find(
    ({ firstName }) => firstName === 'Prenom4',
  )!;
  const cameIn = [
    await asserted('FrEduCtRefId', '2'),
    await asserted('FrEduCtRefId', '1'),
    await asserted('FrEduIdENT', '3'),
    // By ÉduConnect nobody of the staff, by the academy no family, and nobody without a key.
    await asserted('FrEduCtRefId', '3'),
    await asserted('FrEduIdENT', '2'),
    await asserted('FrEduCtRefId', '5'),
  ];
  expect(cameIn).toEqual([
    ...Array<string>(3).fill('302 /'),
    ...Array<string>(3).fill('302 /auth/login'),
  ]);
  await post('/auth/activation', {
    ...{ login, activationCode: activationCode!, acceptCGU: 'true' },
    ...{ password: 'mot-de-passe-invente', confirmPassword: 'mot-de-passe-invente' },
  });
  expect(new Set(Object.values(await statesByName()))).toEqual(new Set(['PROVISIONED']));
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect(await statesByName()).toEqual({
    ...{ pupil: 'ACTIVATED', guardian: 'ACTIVATED', teacher: 'ACTIVATED', withCode: 'ACTIVATED' },
    unknown: 'PROVISIONED',
  });
  expect((await bed.historyOf(people.guardian.personId)).at(-1)).toBe('ACTIVATED 2022-09-06 ENT');
});

test('AUT-1, SUP-4: who came in on its last day, or was suspended on that of its first login, is known to have been in, and goes from the ENT in time', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.rows('update market set grace_days = 90');
  const [leaver, suspended] = [1, 2].map((number) => aPupil(number, { uai }));
  await bed.import([leaver!, suspended!, aPupil(3, { uai })], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  for (const { login, activationCode, firstName } of [...bed.ent.graph.users.values()])
    if (firstName !== 'Prenom3')
      activate(bed.ent.graph, login, activationCode!, 'mot-de-passe-invente');
  const [account] = await bed.accounts.ofPeople(bed.fresh.database, [suspended!.personId]);
  await bed.decide.execute({
    ...{ accountId: account!.accountId, decision: 'SUSPEND', reason: 'SECURITE' },
    ...{ idempotencyKey: 'k-1', caller: callerOf({ roles: ['support-2'] }) },
  });
  await bed.import([{ ...leaver!, endsOn: '2022-09-05', revision: 2 }], { on: '2022-09-05' });
  await bed.untilQuiet();
  const books = () =>
    bed.rows(
      `select state, activated, closing_ends_on::text as ends from account where state <> 'PROVISIONED' order by state`,
    );
  expect(await books()).toEqual([
    { state: 'CLOSING', activated: false, ends: '2022-12-04' },
    { state: 'SUSPENDED', activated: false, ends: null },
  ]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  // The ENT keeps it for thirty days: three months are over on 5 December.
  expect(await books()).toEqual([
    { state: 'CLOSING', activated: true, ends: '2022-11-05' },
    { state: 'SUSPENDED', activated: true, ends: null },
  ]);
});
