import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { deliverDelta, type Requests } from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { aPupil, aSchool, deliver as state } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/** Goal: exports and deltas written by hand come to the people written beside them (DIR-1, DIR-5). */
const goldens = join(import.meta.dirname, '../../../test/goldens');
const hand = { ...academy, sourceCode: 'aaf1d-main', deliversDeltas: true };
const other = { ...academy, sourceCode: 'autre', academyCode: '', priority: 20 };

const deliver = (name: string, day: string, requests: Requests) =>
  deliverDelta(bed, { name, day, requests, source: hand.sourceCode });

async function bringIn(name: string) {
  const isXml = (path: string) => !path.endsWith('.json');
  cpSync(join(goldens, name), join(bed.root, name), { recursive: true, filter: isXml });
  return bed.import(name, { source: hand.sourceCode });
}
const written = (name: string): unknown =>
  JSON.parse(readFileSync(join(goldens, name, 'people.json'), 'utf8'));

const counted = ({ remarks }: Awaited<ReturnType<typeof bringIn>>) =>
  Object.fromEntries(remarks.map(({ code, count }) => [code, count]));

/** Whoever is here by one of the two sources: key, name, birth date, places, guardians. */
async function people(): Promise<string[]> {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' | ', concat_ws(' ', p.source_key, p.last_name, p.first_name, p.birth_date),
       (select string_agg(concat_ws(' ', e.profile, e.uai, case when e.is_head then 'head' end, nullif(e.level, ''), nullif(e.class_id, ''), nullif(e.class_label, ''), e.post ->> 'role', e.post ->> 'circonscription'), ', ' order by e.profile, e.uai)
        from enrolment e where e.person_id = p.person_id and e.ends_on is null),
       (select string_agg(g.source_key || ':' || l.relation, ' ' order by g.source_key)
        from guardian_link l join person g on g.person_id = l.guardian_id where l.child_id = p.person_id)) as text
     from person p where p.left_on is null and p.source in ($1, $2) order by p.source_key`,
    [hand.sourceCode, other.sourceCode],
  );
  return rows.map(({ text }) => text);
}

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start('2025-09-15');
  const { declare } = bed.parts();
  for (const source of [hand, other]) await declare.execute(source, caller);
});
afterAll(() => bed.stop());

test('DIR-1: a full export', async () => {
  expect(await bringIn('aaf-1d-full')).toMatchObject({ state: 'COMPLETED' });
  expect(await people()).toEqual(written('aaf-1d-full'));
});

test('DIR-1: a delta: lists replaced whole, somebody new, somebody gone', async () => {
  const report = await bringIn('aaf-1d-delta');
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 1, peopleRemoved: 1 });
  expect(counted(report)).toEqual({ ATTRIBUTE_UNKNOWN: 1, OPERATION_UNKNOWN: 1 });
  expect(await people()).toEqual(written('aaf-1d-delta'));
});

test('DIR-1: a delta after one that is missing: a change without its base; who goes is still stated by another source, and stays', async () => {
  const ewen = aPupil('autre-1', 'Ewen SALAÜN', '0440290B', {
    ...{ born: '2018-02-01', ine: '130045678AB' },
  });
  await state(bed, other.sourceCode, '2025-09-16', [aSchool('0440290B'), ewen]);
  // One person: the first source's word counts as long as it states him.
  expect(await people()).toEqual(written('aaf-1d-delta'));
  const report = await bringIn('aaf-1d-delta-next');
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 2, peopleRemoved: 2 });
  expect(counted(report)).toEqual({ MODIFICATION_WITHOUT_BASE: 1 });
  expect(await people()).toEqual(written('aaf-1d-delta-next'));
});

test('DIR-1: the missing one, when it comes late, is refused, and changes nothing', async () => {
  expect(await bringIn('aaf-1d-delta-late')).toMatchObject({
    ...{ state: 'REFUSED', remarks: [{ code: 'DELIVERY_OLDER' }] },
  });
  expect(await people()).toEqual(written('aaf-1d-delta-next'));
});

describe('DIR-5: inspectors and advisers are in the schools of their circonscription', () => {
  const circonscriptions = async () => {
    const { rows } = await bed.db.database.query<{ text: string }>(
      `select uai || ' ' || circonscription as text from stated_structure where source = $1 order by uai`,
      [hand.sourceCode],
    );
    return rows.map(({ text }) => text);
  };

  beforeAll(async () => {
    await bed.renew('2025-09-15');
    await bed.parts().declare.execute(hand, caller);
  });

  test('as a full export names it; it is itself no school, and its secretary is in none', async () => {
    const report = await bringIn('aaf-1d-inspection');
    expect(report).toMatchObject({ state: 'COMPLETED' });
    expect(counted(report)).toEqual({ STRUCTURE_UNKNOWN: 1, WITHOUT_STRUCTURE: 1 });
    expect(await people()).toEqual(written('aaf-1d-inspection'));
    expect(await circonscriptions()).toEqual([
      '0440001M 4191',
      '0440290B Saint-Nazaire Est',
      '0440358A Saint-Nazaire Est',
    ]);
  });

  test('a delta: one has another name, a school comes into it, and nobody of the staff is named', async () => {
    await bed.onDay('2025-09-16');
    const report = await bringIn('aaf-1d-inspection-delta');
    expect(report).toMatchObject({ state: 'COMPLETED', peopleRemoved: 1 });
    expect(await people()).toEqual(written('aaf-1d-inspection-delta'));
    expect(await circonscriptions()).toEqual([
      '0440001M Saint-Nazaire Littoral',
      '0440290B Saint-Nazaire Littoral',
      '0440358A Saint-Nazaire Littoral',
    ]);
  });

  test('a delta: functions that change', async () => {
    await bed.onDay('2025-09-17');
    const report = await bringIn('aaf-1d-inspection-next');
    expect(report).toMatchObject({ state: 'COMPLETED', remarks: [] });
    expect(await people()).toEqual(written('aaf-1d-inspection-next'));
  });

  test('DIR-3: a school with pupils stays one, though another names it as its circonscription', async () => {
    const before = await people();
    const wrong = { ENTEcoleCirconscription: ['4101'] };
    const right = { ENTEcoleCirconscription: ['4190'] };
    for (const [name, named] of [
      ['wrong', wrong],
      ['right', right],
    ] as const) {
      const said = { EtabEducNat: [['modify', '4103', named]] } as const;
      const report = await deliver(name, '2025-09-17', said);
      expect(report).toMatchObject({ state: 'COMPLETED', peopleRemoved: 0 });
      expect((await people()).filter((one) => / (STUDENT|TEACHER) /.test(one))).toEqual(
        before.filter((one) => / (STUDENT|TEACHER) /.test(one)),
      );
    }
    expect(await people()).toEqual(before);
  });

  test('a school of which alone a delta speaks stays in it, under its name, though nobody inspects it', async () => {
    const gone = ['920201', '920203', '920204'].map((key) => ['delete', key] as const);
    const name = { ENTStructureNomCourant: ['ECOLE PRIMAIRE$Les quatre vents$CHATEAUBRIANT'] };
    const renamed = { EtabEducNat: [['modify', '4102', name]] } as const;
    await bed.onDay('2025-09-18');
    await deliver('gone', '2025-09-18', { PersEducNat: gone });
    const report = await deliver('renamed', '2025-09-18', renamed);
    expect(report).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
    expect(await circonscriptions()).toContain('0440358A Saint-Nazaire Littoral');
  });
});
