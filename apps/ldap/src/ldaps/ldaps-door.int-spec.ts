import { randomUUID } from 'node:crypto';
import { ldapAccountDn, ldapSuffix } from '#libs/trade';
import { dnsIn } from '../../../../test/support/ldapsearch.js';
import {
  type Ldaps,
  type Member,
  search as searchOf,
  startLdaps,
} from '../../test/ldaps.test-support.js';
import { peopleDn, personDn, schoolDn } from './domain/entry.js';

const [school, otherSchool, theirs] = ['0440437L', '0440290B', '0440965K'];
const ids = Array.from({ length: 8 }, () => randomUUID()).sort();
const [teacher, head, agent, stranger] = ids as [string, string, string, string];
const a: Member = { membershipId: 'a-1', secret: 'secret-of-a', uais: [school, otherSchool] };
const b: Member = { membershipId: 'b-1', secret: 'secret-of-b', uais: [theirs] };
const people = ['-b', peopleDn];

let ldaps: Ldaps;
beforeEach(async () => {
  ldaps = await startLdaps();
  for (const member of [a, b]) ldaps.services.members.set(member.membershipId, { ...member });
  const place = (uai: string, isTeacher = true, isHead = false) => ({ uai, isTeacher, isHead });
  const named = { firstName: 'Maëlle', lastName: 'Brume' };
  ldaps.services.staff.push(
    { personId: teacher, ...named, places: [place(school), place(theirs)] },
    {
      personId: head,
      firstName: 'Solal',
      lastName: 'Lune',
      places: [place(otherSchool, true, true)],
    },
    { personId: agent, firstName: 'Ambre', lastName: 'Vent', places: [place(school, false)] },
    { personId: stranger, ...named, places: [place(theirs)] },
  );
});
afterEach(() => ldaps.stop());

const search = (who: Parameters<typeof searchOf>[1], ...args: string[]) =>
  searchOf(ldaps, who, ...args);

test('SUP-3: ldapsearch as a member sees its schools and their staff, and nothing of another', async () => {
  const [asA, asB] = [await search(a, '-b', ldapSuffix), await search(b, '-b', ldapSuffix)];
  expect([asA.status, dnsIn(asA.out).slice(3)]).toEqual([
    0,
    [schoolDn(school), schoolDn(otherSchool), ...[teacher, head, agent].sort().map(personDn)],
  ]);
  expect(dnsIn(asB.out).slice(3)).toEqual([
    schoolDn(theirs),
    ...[teacher, stranger].sort().map(personDn),
  ]);
  // Of whom both employ, each is told its own place.
  expect(asA.out).not.toContain(theirs);
  expect(asB.out).not.toContain(school);
  expect(await search(b, '-b', personDn(agent))).toMatchObject({ status: 32, out: '' });
  expect(await search(b, '-b', schoolDn(school))).toMatchObject({ status: 32, out: '' });
});

test('tells a person in SDET’s words, as far as they are asked for', async () => {
  const { out } = await search(a, '-b', personDn(head), '-s', 'base', '*', 'entryUUID');
  expect(out.trim().split('\n')).toEqual([
    `dn: ${personDn(head)}`,
    ...['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'ENTPerson'].map(
      (one) => `objectClass: ${one}`,
    ),
    ...['objectClass: ENTAuxEnseignant', `uid: ${head}`, `entryUUID: ${head}`],
    ...['cn: Solal Lune', 'sn: Lune', 'givenName: Solal', 'displayName: Solal Lune'],
    ...[`ENTPersonJointure: GROUPEMENT$${head}`, 'ENTPersonProfils: National_DIR'],
    `ENTPersonStructRattach: ${schoolDn(otherSchool)}`,
    `ENTPersonFonctions: ${otherSchool}$DIR$DIRECTION$-$-`,
  ]);
  const some = await search(a, ...people, '(sn=lune)', 'SN');
  expect(some.out.trim().split('\n')).toEqual([`dn: ${personDn(head)}`, 'sn: Lune']);
});

test('nobody unbound is told anything, and a wrong password opens nothing, slower and slower', async () => {
  expect((await search({}, ...people)).status).toBe(48);
  expect((await search({ dn: ldapAccountDn('a-1') }, ...people)).status).toBe(53);
  expect((await search({ dn: 'cn=admin', secret: 'x' }, ...people)).status).toBe(49);
  for (let n = 1; n <= 4; n += 1) {
    expect(await search({ ...a, secret: 'wrong' }, ...people)).toMatchObject({
      status: 49,
      out: '',
    });
  }
  const right = await search(a, ...people);
  expect([right.status, right.error]).toEqual([
    49,
    expect.stringMatching(/recommencez dans \d+ s/),
  ]);
});

test.each([
  ['a pupil or a guardian', '(|(objectClass=ENTEleve)(objectClass=ENTPersRelEleve))'],
  ['an attribute that the tree has not', '(!(ENTEleveINE=*))'],
  ['a value that would be a filter', '(sn=\\2a\\29\\28uid=\\2a)'],
])('a search for %s finds nobody', async (_what, filter) => {
  expect(await search(a, ...people, filter)).toMatchObject({ status: 0, out: '' });
});

test('SUP-2: each page is journalled before it is shown, with whom and without what was typed; else nothing is shown', async () => {
  await search(a, ...people, '(&(objectClass=ENTPerson)(sn=Lune))', 'cn');
  await search(a, ...people, '(cn=*brume*)(x=1)');
  await search(a, ...people, '(brume=x)');
  expect(ldaps.services.looks).toEqual([
    { membershipId: 'a-1', question: '(&(objectClass=?)(sn=?))', personIds: [head] },
    { membershipId: 'a-1', question: '(?=?)', personIds: [] },
  ]);
  ldaps.services.journalFails = true;
  expect(await search(a, ...people, '-s', 'one')).toMatchObject({ status: 52, out: '' });
});

test('gives whole trees by pages, however small, and asks for pages where there is too much for one answer', async () => {
  const many = Array.from({ length: 1_100 }, (_, n) => ({
    personId: randomUUID(),
    ...{ firstName: 'Prof', lastName: `N${n}` },
    places: [{ uai: school, isTeacher: true, isHead: false }],
  }));
  ldaps.services.staff.push(...many);
  const all = [teacher, head, agent, ...many.map(({ personId }) => personId)].sort();
  const unpaged = await search(a, ...people, '-s', 'one');
  expect([unpaged.status, dnsIn(unpaged.out).length]).toEqual([4, 500]);
  expect(unpaged.error).toContain('par pages');
  const paged = await search(a, ...people, '-s', 'one', '-E', 'pr=333/noprompt');
  expect([paged.status, dnsIn(paged.out)]).toEqual([0, all.map(personDn)]);
  const limited = await search(a, ...people, '-s', 'one', '-z', '7');
  expect([limited.status, dnsIn(limited.out).length]).toEqual([4, 7]);
});

test('an access that is closed, or has another secret, is closed to who is connected', async () => {
  const { membershipId } = a;
  const { Client, InvalidCredentialsError } = await import('ldapts');
  const { readFileSync } = await import('node:fs');
  const client = new Client({
    url: `ldaps://localhost:${ldaps.door.port}`,
    tlsOptions: { ca: readFileSync(ldaps.certificateFile) },
  });
  const found = async () =>
    (await client.search(peopleDn, { filter: '(uid=*)', paged: { pageSize: 2 } })).searchEntries;
  try {
    await client.bind(ldapAccountDn(membershipId), a.secret);
    expect(await found()).toHaveLength(3);
    ldaps.services.members.get(membershipId)!.secret = 'another';
    await expect(found()).rejects.toBeInstanceOf(InvalidCredentialsError);
    await client.bind(ldapAccountDn(membershipId), 'another');
    expect(await found()).toHaveLength(3);
    await expect(client.del(personDn(head))).rejects.toMatchObject({ code: 53 });
  } finally {
    await client.unbind();
  }
});
