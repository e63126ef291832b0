import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Profile } from '#libs/contracts';
import { localDate } from '#libs/time';
import { generateDirectory } from '../../../../../test/support/generator/formats/generate-directory.js';
import { deliverDelta, type Requests } from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { PersonData } from '../../person-exports/person-data.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: a full export and the chain of deltas up to its day come to the same, and a change whose base is not held says so
 * (DIR-1, DIR-3). Method: one source delivers deltas over a rentrée, another one the full export of the last day; then
 * deltas by hand; whole exports by hand are in `written-exports.int-spec.ts`.
 */
const chain = { ...academy, deliversDeltas: true };
const whole = { ...academy, sourceCode: 'aaf1d-entier', academyCode: '', priority: 20 };

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start('2026-08-30');
  const { declare } = bed.parts();
  await declare.execute(chain, caller);
  await declare.execute(whole, caller);
});
afterAll(() => bed.stop());

function generate(name: string, format: 'aaf' | 'aaf-delta', day: string): void {
  const folder = join(bed.root, name);
  generateDirectory({ seed: 5, size: 260, format, day: localDate(day), folder });
}

const deliver = (name: string, day: string, requests: Requests, source = chain.sourceCode) =>
  deliverDelta(bed, { name, day, requests, source });

test('refuses a delta before the first full export, and one that the source is not declared to deliver', async () => {
  generate('early', 'aaf-delta', '2026-08-30');
  expect(await bed.import('early')).toMatchObject({
    ...{ state: 'REFUSED', remarks: [{ code: 'FULL_EXPORT_NEEDED' }] },
  });
  generate('other', 'aaf-delta', '2026-08-30');
  await expect(bed.import('other', { source: whole.sourceCode })).rejects.toMatchObject({
    code: 'DELTAS_UNDECLARED',
  });
});

test('DIR-1: a full export and the chain of deltas up to its day come to the same, over a rentrée', async () => {
  generate('full', 'aaf', '2026-08-30');
  expect(await bed.import('full')).toMatchObject({ state: 'COMPLETED' });
  // What was refused for want of it is read when it is laid down again.
  generate('early', 'aaf-delta', '2026-08-30');
  expect(await bed.import('early')).toMatchObject({ state: 'COMPLETED' });
  let changed = 0;
  for (const day of ['2026-08-31', '2026-09-01', '2026-09-02']) {
    await bed.onDay(day);
    generate(`delta-${day}`, 'aaf-delta', day);
    const report = await bed.import(`delta-${day}`);
    expect(report).toMatchObject({ state: 'COMPLETED', remarks: [] });
    changed += report.peopleApplied;
  }
  expect(changed).toBeGreaterThan(100);
  // The last of them once more, under another name: nothing is left to do.
  generate('delta-again', 'aaf-delta', '2026-09-02');
  expect(await bed.import('delta-again')).toMatchObject({ peopleApplied: 0 });
  generate('last', 'aaf', '2026-09-02');
  expect(await bed.import('last', { source: whole.sourceCode })).toMatchObject({
    state: 'COMPLETED',
  });
  expect(await bed.stated(chain.sourceCode)).toEqual(await bed.stated(whole.sourceCode));
  // The full export of that day has nothing left to say.
  generate('again', 'aaf', '2026-09-02');
  expect(await bed.import('again')).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  expect(await bed.count(`held_statement where attributes ? 'ENTEleveINE'`)).toBe(0);
  expect(await bed.count('held_statement where ine_hash is not null')).toBeGreaterThan(0);
});

test('a change without its base is remarked, and a delta older than what is held is refused', async () => {
  const unknown = { Eleve: [['modify', '999999', { ENTPersonNom: ['ROUX'] }]] } as const;
  expect(await deliver('unknown', '2026-09-04', unknown)).toMatchObject({
    ...{ state: 'COMPLETED', peopleApplied: 0 },
    remarks: [{ code: 'MODIFICATION_WITHOUT_BASE', count: 1 }],
  });
  expect(await deliver('old', '2026-09-01', { Eleve: [['delete', '999999']] })).toMatchObject({
    ...{ state: 'REFUSED', remarks: [{ code: 'DELIVERY_OLDER' }] },
  });
});

test('a guardian who goes and comes back takes the links along, though no pupil is named', async () => {
  const { rows } = await bed.db.database.query<{
    child: string;
    guardian: string;
    attributes: Record<string, string[]>;
  }>(
    `select l.child_key as child, l.guardian_key as guardian, h.attributes from stated_link l
     join held_statement h on h.source = l.source and h.entity = 2 and h.source_key = l.guardian_key
     where l.source = $1 order by 1, 2 limit 1`,
    [chain.sourceCode],
  );
  const { child, guardian, attributes } = rows[0]!;
  const before = await bed.stated(chain.sourceCode);
  const links = `stated_link where source = '${chain.sourceCode}' and child_key = '${child}' and guardian_key = '${guardian}'`;
  const gone = await deliver('goes', '2026-09-05', { PersRelEleve: [['delete', guardian]] });
  expect(gone).toMatchObject({ state: 'COMPLETED' });
  expect(await bed.count(links)).toBe(0);
  await deliver('back', '2026-09-06', { PersRelEleve: [['add', guardian, attributes]] });
  expect(await bed.stated(chain.sourceCode)).toEqual(before);
});

test('DIR-3: what an older delta still waits with is answered by the next one, which carries it on', async () => {
  const { rows } = await bed.db.database.query<{ key: string }>(
    `select source_key as key from held_statement where source = $1 and entity = 1`,
    [chain.sourceCode],
  );
  const pupils = () =>
    bed.count(`stated_person where source = '${chain.sourceCode}' and entity = 1`);
  const all = { Eleve: rows.map(({ key }) => ['delete', key] as const) };
  const held = await deliver('all', '2026-09-07', all);
  expect(held).toMatchObject({ state: 'HELD', peopleApplied: 0 });
  const next = await deliver('next', '2026-09-08', { PersRelEleve: [['delete', '999999']] });
  expect(next).toMatchObject({ state: 'HELD', peoplePlanned: held.peoplePlanned });
  expect((await bed.parts().imports.get(held.importId)).state).toBe('REFUSED');
  expect(await pupils()).toBe(rows.length);
  await bed.decide(next.importId, 'APPROVED');
  expect(await pupils()).toBe(0);
});

describe('DIR-1: classes, groups and further schools, by hand', () => {
  const written = { ...academy, sourceCode: 'aaf1d-ecrit', deliversDeltas: true, priority: 1 };
  const golden = join(import.meta.dirname, '../../../test/goldens');

  async function imported(name: string, day: string) {
    await bed.onDay(day);
    cpSync(join(golden, name), join(bed.root, name), { recursive: true });
    const report = await bed.import(name, { source: written.sourceCode });
    expect(report).toMatchObject({ state: 'COMPLETED', remarks: [] });
    const { people } = await bed.emitted();
    return Object.fromEntries(people.map((person) => [person.firstName, person]));
  }
  const school = async (uai: string) => {
    const { rows } = await bed.db.database.query<{ classes: unknown; groups: unknown }>(
      'select classes, groups from stated_structure where source = $1 and uai = $2',
      [written.sourceCode, uai],
    );
    return rows[0];
  };
  const planned = async () => {
    const { rows } = await bed.db.database.query<{ text: string }>(
      `select concat_ws(' ', source_key, reason, (select string_agg(concat_ws(' ', d ->> 'change', d ->> 'uai', d ->> 'classId'), ', ')
         from jsonb_array_elements(class_changes) d)) as text
       from plan_change c join plan p using (plan_id) join directory_import i using (import_id)
       where i.source = $1 and i.extent = 'DELTA' order by 1`,
      [written.sourceCode],
    );
    return rows.map(({ text }) => text);
  };
  const chorale = { groupId: 'G2', label: 'Chorale' };
  const swimming = { groupId: 'G1', label: 'Natation' };
  const open = { classId: '812399', label: 'Ouverte en janvier', levels: ['CP'] };
  const ulis = (...levels: string[]) => ({ classId: '812350', label: 'ULIS', levels });
  const double = { classId: '812345', label: 'CE1-CE2 de M. Thomas', levels: ['CE1', 'CE2'] };

  test('a full export gives each place all its classes and groups, and a further school no account', async () => {
    await bed.parts().declare.execute(written, caller);
    const { Lila, Paul, Nora } = await imported('aaf-classes', '2026-09-10');
    expect(Lila!.enrolments).toMatchObject([
      {
        ...{ uai: '0440290B', profile: Profile.STUDENT, classId: '812345', level: 'CE2' },
        furtherClasses: [{ classId: '812350', label: 'ULIS' }],
        groups: [swimming, chorale],
      },
    ]);
    expect(Lila!.furtherSchools).toMatchObject([
      { uai: '0440358A', profile: Profile.STUDENT, classId: '77', furtherClasses: [], groups: [] },
    ]);
    // A guardian is where the children are at home.
    expect(Nora!.enrolments.map(({ uai }) => uai)).toEqual(['0440290B']);
    expect(Paul!.classLinks).toMatchObject([
      { uai: '0440290B', classId: '812345', group: false, period: { startsOn: '2025-09-15' } },
      { uai: '0440290B', classId: 'G1', group: true, period: { startsOn: '2025-09-15' } },
    ]);
    expect(await school('0440290B')).toEqual({
      ...{ classes: [double, ulis('CE2', 'CM1'), open], groups: [swimming, chorale] },
    });
    expect(await school('0440358A')).toMatchObject({
      classes: [{ classId: '77', label: 'Classe du mercredi', levels: ['CE2'] }],
    });
  });

  test('a delta replaces whole lists; what a class or a teacher keeps stays as it was', async () => {
    const { Lila, Paul } = await imported('aaf-classes-delta', '2026-09-11');
    expect(Lila!.enrolments).toMatchObject([
      { uai: '0440290B', classId: '812346', classLabel: 'CM1', furtherClasses: [], groups: [] },
    ]);
    expect(Lila!.furtherSchools).toMatchObject([{ uai: '0440358A', classId: '' }]);
    expect(Paul!.classLinks).toMatchObject([
      { classId: '812345', period: { startsOn: '2025-09-15', endsOn: '2025-09-16' } },
      { classId: 'G1', period: { startsOn: '2025-09-15', endsOn: '' } },
      { classId: '812346', period: { startsOn: '2025-09-16', endsOn: '' } },
    ]);
    expect(await school('0440290B')).toEqual({
      classes: [double, { classId: '812346', label: 'CM1', levels: ['CE2'] }, ulis('CM1'), open],
      groups: [swimming],
    });
    expect(await school('0440358A')).toMatchObject({ classes: [] });
    expect(await planned()).toEqual([
      '900101 CLASSES_CHANGED ENDS 0440290B 812345, ENDS 0440290B 812350, BEGINS 0440290B 812346, ' +
        'ENDS 0440290B G1, ENDS 0440290B G2, ENDS 0440358A 77',
      '920001 CLASSES_CHANGED ENDS 0440290B 812345, BEGINS 0440290B 812346',
    ]);
  });

  test('a full export of that day says the same', async () => {
    const later = { ...written, sourceCode: 'aaf1d-apres', deliversDeltas: false, priority: 2 };
    await bed.parts().declare.execute(later, caller);
    cpSync(join(golden, 'aaf-classes'), join(bed.root, 'after'), { recursive: true });
    bed.edit('after', readdirSync(join(bed.root, 'after')), (text) =>
      text
        .replace('15/09/2025', '16/09/2025')
        .replace(/<value>4101\$\$\$812345\$CE1-CE2<.*mercredi</, '<value>4101$$$$$$812346$CM1<')
        .replace(/<value>4101\$\$\$G2.*Natation</, '<value><')
        .replace('<value>4101$812345<', '<value>4101$812346<'),
    );
    expect(await bed.import('after', { source: later.sourceCode })).toMatchObject({
      ...{ state: 'COMPLETED', remarks: [] },
    });
    expect(await bed.stated(later.sourceCode)).toEqual(await bed.stated(written.sourceCode));
  });
});

test('SUP-4: what a source still delivers of somebody whom it places nowhere goes with that one’s erasure', async () => {
  const { rows } = await bed.db.database.query<{ key: string }>(
    `select source_key as key from stated_structure where source = $1 order by 1 limit 1`,
    [chain.sourceCode],
  );
  const [school] = rows;
  const named = (key: string) => ({
    ...{ ENTPersonJointure: [key], ENTPersonNom: ['ZWYX'], ENTPersonPrenom: ['Ana'] },
  });
  const came = await deliver('family', '2026-09-09', {
    Eleve: [
      [
        ...(['add', '777001'] as const),
        {
          ...{ ...named('777001'), ENTPersonDateNaissance: ['04/03/2019'] },
          ...{ ENTPersonStructRattach: [school!.key], ENTEleveAutoriteParentale: ['777002$1'] },
        },
      ],
    ],
    PersRelEleve: [['add', '777002', named('777002')]],
  });
  expect(came).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  // The guardian stays in the source, of nobody: who is somewhere no more is here no more.
  await deliver('child-gone', '2026-09-10', { Eleve: [['delete', '777001']] });
  const held = () => bed.count(`held_statement where source_key = '777002'`);
  const others = () => bed.count(`held_statement where source_key <> '777002'`);
  const before = await others();
  expect(await bed.count(`person where source_key = '777002' and left_on is not null`)).toBe(1);
  expect(await held()).toBe(1);
  await bed.onDay('2026-12-10');
  const { erase } = bed.parts();
  while ((await erase.execute()) > 0) continue;
  expect(await bed.count(`person where source_key = '777002'`)).toBe(0);
  expect([await held(), await others()]).toEqual([0, before]);
});

test('SUP-4: a pupil who stays, remarks and plans name an erased guardian no more, and until then RGPD 15 tells of them', async () => {
  const { rows } = await bed.db.database.query<{ key: string }>(
    `select source_key as key from stated_structure where source = $1 order by 1 limit 1`,
    [chain.sourceCode],
  );
  const named = (key: string, firstName: string) => ({
    ...{ ENTPersonJointure: [key], ENTPersonNom: ['ZWYX'], ENTPersonPrenom: [firstName] },
  });
  await bed.onDay('2027-01-05');
  const child = {
    ...{ ...named('777011', 'Io'), ENTPersonDateNaissance: ['04/03/2019'] },
    ENTPersonStructRattach: [rows[0]!.key],
    ENTEleveAutoriteParentale: ['777012$1', '777013$2'],
  };
  const came = await deliver('parents', '2027-01-05', {
    Eleve: [['add', '777011', child]],
    PersRelEleve: [
      ['add', '777012', named('777012', 'Ana')],
      ['add', '777013', named('777013', 'Bo')],
    ],
  });
  expect(came).toMatchObject({ state: 'COMPLETED', peopleCreated: 3 });
  await bed.db.database.query(
    `insert into remark_line (import_id, code, seq, subject, file, line) values ($1, 'NAME_MISSING', 1, '777012', 'a.xml', 7)`,
    [came.importId],
  );
  const known = await bed.db.database.query<{ id: string }>(
    `select person_id as id from person where source_key = '777012'`,
  );
  const { tables } = (await new PersonData(bed.db.database).of(known.rows[0]!.id))!;
  const told = tables.find(({ title }) => title === 'Dans les imports')!.rows;
  expect(told.map((row) => row.slice(0, 1).concat(row.slice(2)).join(' | '))).toEqual([
    expect.stringMatching(/^2027-01-05 \| 777012 \| Changement prévu \| Arrivée, \d{7}[A-Z]$/),
    expect.stringMatching(/^2027-01-05 \| 777012 \| Livraison qui attend \| ZWYX Ana, \d{7}[A-Z]$/),
    '2027-01-05 | 777012 | Remarque | Personnes sans nom ou sans prénom, ignorées.',
  ]);
  const gone = await deliver('parent-gone', '2027-01-06', { PersRelEleve: [['delete', '777012']] });
  expect(gone).toMatchObject({ state: 'COMPLETED', peopleRemoved: 1 });
  await bed.onDay('2027-04-10');
  const { erase, ended } = bed.parts();
  while ((await erase.execute()) > 0) continue;
  // Deliveries of imports that have ended go of themselves.
  while (await ended.removeSome());
  expect(await bed.count(`person where source_key = '777012'`)).toBe(0);
  const says = async (table: string) => bed.count(`${table} t where t::text like '%777012%'`);
  for (const table of ['held_statement', 'remark_line', 'plan_change', 'stated_link', 'erasure'])
    expect([table, await says(table)]).toEqual([table, 0]);
  const held = await bed.db.database.query<{ named: string[]; refers: string[] }>(
    `select attributes -> 'ENTEleveAutoriteParentale' as named, refers from held_statement where source_key = '777011'`,
  );
  expect(held.rows[0]).toMatchObject({ named: ['777013$2'] });
  expect(held.rows[0]!.refers.toSorted()).toEqual([rows[0]!.key, '777013'].toSorted());
});
