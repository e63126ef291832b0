import fc from 'fast-check';
import { ldifOf, staffOf } from '../../../../test/bench/ldap-out/staff.js';
import { ldapsearch } from '../../../../test/support/ldapsearch.js';
import { type Slapd, startSlapd } from '../../../../test/support/slapd/slapd.js';
import { type Ldaps, type Member, search, startLdaps } from '../../test/ldaps.test-support.js';
import { peopleDn, schoolDn, staffEntry, type StaffMember } from './domain/entry.js';

/**
 * Goal: a member's client is answered as OpenLDAP would answer it (RFC 4511, RFC 2696). Method: a slapd holds the same
 * entries, attribute for attribute; both are asked the same by the same `ldapsearch`, page by page.
 */
const baseDn = 'ou=personnels,dc=academie,dc=test';
const [one, two, three] = ['0440437L', '0440290B', '0440965K'];
const place = (uai: string, isTeacher = true, isHead = false) => ({ uai, isTeacher, isHead });
const named = (n: number, firstName: string, lastName: string, places: StaffMember['places']) => ({
  ...{ personId: `00000000-0000-4000-8000-9999999999${10 + n}`, firstName, lastName, places },
});
const staff: readonly StaffMember[] = [
  ...staffOf(40),
  named(0, 'Zoé', 'Le  Gall', [place(one), place(two)]),
  named(1, 'Éloïse', "L'Hénoret-Bœuf", [place(one, true, true), place(two)]),
  named(2, 'Anne * (Marie)', 'D’Arc\\Roy', [place(two, false)]),
  named(3, 'Jean', 'Dupont, Martin', [place(two), place(three)]),
  named(4, 'ÉLOÏSE', 'Straße', [place(three, false)]),
];
const member: Member = {
  ...{ membershipId: 'a-1', secret: 'secret-of-a' },
  uais: [...new Set(staff.flatMap(({ places }) => places.map(({ uai }) => uai)))].sort(),
};

let slapd: Slapd;
let ldaps: Ldaps;
beforeAll(async () => {
  slapd = await startSlapd({ ldif: ldifOf(staff, baseDn) });
  ldaps = await startLdaps();
  ldaps.services.members.set(member.membershipId, member);
  ldaps.services.staff.push(...staff);
}, 120_000);
afterAll(async () => {
  await ldaps?.stop();
  await slapd?.stop();
});

/** Entries without their DN, which is another one, in an order of their own: LDAP has none. */
function entriesIn(ldif: string): string[] {
  const said = (line: string) => line !== '' && !line.startsWith('#');
  const entries = ldif.split(/\n(?=dn: )/).map((entry) => entry.split('\n').filter(said));
  return entries
    .map(([dn, ...lines]) => (dn ? lines.sort().join('\n') : ''))
    .filter(Boolean)
    .sort();
}

async function asked(...args: string[]) {
  const login = { dn: slapd.bindDn, secret: 'service' };
  const [ours, theirs] = await Promise.all([
    search(ldaps, member, '-b', peopleDn, ...args),
    ldapsearch({ port: slapd.port }, login, '-b', baseDn, ...args),
  ]);
  const of = ({ status, out }: typeof ours) => ({ status, entries: entriesIn(out) });
  return { ours: of(ours), theirs: of(theirs) };
}
const people = ['-s', 'one', '-E', 'pr=7/noprompt'];

test('shows everybody, attribute for attribute, whatever the size of a page', async () => {
  for (const size of [1, 7, 44, 45, 500]) {
    const { ours, theirs } = await asked('-s', 'one', '-E', `pr=${size}/noprompt`);
    expect(ours).toEqual(theirs);
    expect(ours.entries).toHaveLength(staff.length);
  }
});

test.each([
  [['(objectClass=ENTPerson)', 'cn', 'SN']],
  [['(objectClass=ENTPerson)', '1.1']],
  [['-A', '(objectClass=ENTAuxNonEnsEtab)', 'cn']],
  [['-z', '3', '(objectClass=*)', 'uid']],
])('shows the attributes that are asked for: %j', async (args) => {
  const { ours, theirs } = await asked('-s', 'one', ...args);
  // Of a limit it is not said who comes first.
  const said = ({ status, entries }: typeof ours) =>
    args[0] === '-z' ? [status, entries.length] : [status, entries];
  expect(said(ours)).toEqual(said(theirs));
});

test('SUP-3: who works in two schools is the same entry, whichever is asked for', async () => {
  const filters = [
    ...[`(ENTPersonFonctions=${one}$*)`, `(ENTPersonFonctions=${two}$*)`],
    `(&(ENTPersonFonctions=${one}$*)(ENTPersonFonctions=${two}$*))`,
    ...[`(ENTPersonStructRattach=${schoolDn(two)})`, `(ENTPersonFonctions=${two}$DIR*)`],
    `(!(ENTPersonFonctions=${two}$*))`,
  ];
  for (const filter of filters) {
    const { ours, theirs } = await asked(...people, filter);
    expect([filter, ours]).toEqual([filter, theirs]);
  }
});

test('an entry that is there and is not what was asked for is no missing one', async () => {
  const [base, other] = [`uid=${staff[40]!.personId}`, `uid=${staff[44]!.personId}`];
  const login = { dn: slapd.bindDn, secret: 'service' };
  for (const [uid, filter] of [
    [base, `(ENTPersonFonctions=${three}$*)`],
    [other, '(sn=nobody)'],
    ['uid=nobody', '(sn=*)'],
  ] as const) {
    const of = (dn: string) => ['-s', 'base', '-b', `${uid},${dn}`, filter];
    const ours = await search(ldaps, member, ...of(peopleDn));
    const theirs = await ldapsearch({ port: slapd.port }, login, ...of(baseDn));
    expect([uid, ours.status, ours.out]).toEqual([uid, theirs.status, theirs.out]);
  }
});

/** As a client writes it: the signs of a filter escaped. */
const escaped = (text: string) =>
  text.replace(/[\\*()\0]/g, (sign) => `\\${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
const attributes = [
  ...(['sn', 'cn', 'givenName', 'uid', 'ENTPersonFonctions', 'ENTPersonStructRattach'] as const),
  ...(['ENTPersonProfils', 'objectClass'] as const),
];
const valued = attributes.flatMap((name) =>
  staff.flatMap((one) =>
    staffEntry(one)
      .attributes.filter((attribute) => attribute.name === name)
      .flatMap(({ values }) => values.map((value) => ({ name, value }))),
  ),
);
/** As it is, in another case, with other blanks; or a piece of it. */
const leaf = fc
  .tuple(fc.constantFrom(...valued), fc.nat({ max: 7 }), fc.nat({ max: 30 }), fc.nat({ max: 6 }))
  .map(([{ name, value }, way, from, length]) => {
    const piece = [...value]
      .slice(from % value.length, (from % value.length) + length + 1)
      .join('');
    // The class of an entry is a name of the schema: no text, so there is no piece of it.
    const isText = !['objectClass', 'ENTPersonProfils'].includes(name);
    switch (isText ? way : way % 3) {
      case 0:
        return `(${name}=${escaped(value)})`;
      case 1:
        return `(${name}=${escaped(value.toUpperCase())})`;
      case 2:
        return `(${name}=*)`;
      case 3:
        return `(${name}=${escaped(` ${value.replaceAll(' ', '   ')} `)})`;
      case 4:
        return `(${name}=${escaped(piece)}*)`;
      case 5:
        return `(${name}=*${escaped(piece)})`;
      case 6:
        return `(${name}=*${escaped(piece)}*)`;
      default:
        return `(${name}=${escaped(value.slice(0, 2))}*${escaped(value.slice(-2))})`;
    }
  });
const filter = fc.letrec<{ any: string; leaf: string; many: string; not: string }>((tie) => ({
  any: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('many'), tie('not')),
  leaf,
  many: fc
    .tuple(fc.constantFrom('&', '|'), fc.array(tie('any'), { minLength: 1, maxLength: 3 }))
    .map(([sign, of]) => `(${sign}${of.join('')})`),
  not: tie('any').map((of) => `(!${of})`),
})).any;

test('RFC 4511: any filter finds whom it finds in OpenLDAP', async () => {
  const { FC_SEED: seed = '20261129', FC_PATH: path, FC_RUNS: runs = '40' } = process.env;
  let found = 0;
  await fc.assert(
    fc.asyncProperty(filter, async (wanted) => {
      const { ours, theirs } = await asked(...people, wanted, 'uid', 'cn');
      expect([wanted, ours]).toEqual([wanted, theirs]);
      found += theirs.entries.length > 0 && theirs.entries.length < staff.length ? 1 : 0;
    }),
    { numRuns: Number(runs), seed: Number(seed), ...(path ? { path } : {}) },
  );
  // Filters that find nobody, or everybody, tell little.
  expect(found).toBeGreaterThan(10);
}, 1_200_000);
