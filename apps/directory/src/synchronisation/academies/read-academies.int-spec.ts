import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { addDays, localDate } from '#libs/time';
import {
  type CuttingProxy,
  cuttingProxy,
} from '../../../../../test/support/slapd/cutting-proxy.js';
import { type Slapd, startSlapd } from '../../../../../test/support/slapd/slapd.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { sourceAt } from '../../../test/ldap.test-support.js';
import { aSchool, deliver } from '../../../test/stated-people.test-support.js';
import { AcademyLdapSource } from '../../sources/ldap/academy.ldap-source.js';
import { incidentFrom } from '../../sources/ldap/ldap-incident.js';
import { AcademyReadings } from './academy-readings.pg.js';
import { SourceAlarms } from '../declared-sources/source-alarms.pg.js';
import { PendingImports } from '../pending-imports.pg.js';
import { ReadAcademies } from './read-academies.js';

jest.setTimeout(120_000);

/**
 * Goal: an academy's LDAP is an import as any other, and where it cannot be read to its end nobody leaves (DIR-3, AUT-1).
 * Method: a real slapd beside a school that the AAF has brought in.
 */
const ldap = {
  ...academy,
  ...{ sourceCode: 'ldap-nantes', kind: 'LDAP' as const, academyCode: '', priority: 20 },
};

let bed: ImportBed;
let slapd: Slapd;
beforeAll(async () => {
  [bed, slapd] = await Promise.all([ImportBed.start(), startSlapd()]);
  await bed.parts().declare.execute(ldap, caller);
  const schools = ['0440001M', '0440290B', '0440358A'].map(aSchool);
  await deliver(bed, academy.sourceCode, '2022-09-01', schools);
});
afterAll(async () => {
  await bed.stop();
  await slapd.stop();
});

type Settings = Parameters<typeof sourceAt>[1];
function read(settings: Settings = {}) {
  bed.academies = { of: () => Promise.resolve(sourceAt(slapd, settings)) };
  return bed.import('', { source: ldap.sourceCode });
}

const staff = async () => {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', p.academic_identifier, e.profile, e.uai, nullif(e.is_head, false)) as text
     from person p join enrolment e using (person_id) where p.source = $1 and e.ends_on is null order by 1`,
    [ldap.sourceCode],
  );
  return rows.map(({ text }) => text);
};

test('AUT-1: brings in the staff with the identifier of the single sign-on, and a second time changes nothing', async () => {
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleCreated: 4 });
  const here = await staff();
  expect(here).toEqual([
    'mbrume TEACHER 0440290B',
    'mbrume TEACHER 0440358A t',
    'nul PERSONNEL 0440290B',
    'octets PERSONNEL 0440290B',
    'sbrume2 PERSONNEL 0440290B',
    'sbrume2 PERSONNEL 0440358A',
  ]);
  const { people } = await bed.emitted();
  expect(people.map(({ academicIdentifier }) => academicIdentifier).sort()).toEqual([
    ...['mbrume', 'nul', 'octets', 'sbrume2'],
  ]);
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  expect(await staff()).toEqual(here);
});

test.each([
  ['a wrong password', () => ({ passwordFile: slapd.caFile })],
  ['an answer without anybody', () => ({ peopleFilter: '(uid=nobody)' })],
  ['more than was agreed', () => ({ peopleMax: 1 })],
])('DIR-3: %s is an incident of the import, and nobody leaves', async (_what, settings) => {
  const here = await staff();
  const report = await read(settings());
  expect(report).toMatchObject({ state: 'REFUSED', peopleRemoved: 0 });
  expect(report.remarks.map(({ code }) => code)).toContain('LDAP_INCIDENT');
  expect(await staff()).toEqual(here);
});

test('DIR-3: a full reading whose connection is cut, wherever, is an incident that the source shows, and nobody leaves', async () => {
  const whole = await cuttingProxy(slapd.tlsPort);
  const url = (port: number) => ({ url: `ldaps://localhost:${port}` });
  expect(await read(url(whole.port))).toMatchObject({ state: 'COMPLETED' });
  const total = whole.passed();
  await whole.close();
  const [here, stored] = [await staff(), await bed.stored()];
  expect(here.length).toBeGreaterThan(0);
  const places = process.env['PROVE'] === '1' ? 20 : 6;
  for (let place = 0; place < places; place += 1) {
    const cut = await cuttingProxy(slapd.tlsPort, Math.floor(((place + 0.5) * total) / places));
    const report = await read(url(cut.port));
    await cut.close();
    expect(report).toMatchObject({ state: 'REFUSED', peopleApplied: 0, peopleRemoved: 0 });
    const [incident] = report.remarks.filter(({ code }) => code === 'LDAP_INCIDENT');
    expect(incident?.message).toContain('personne n’est considéré comme parti');
    const shown = await bed.parts().sources.list(10, undefined);
    expect(shown.find(({ sourceCode }) => sourceCode === ldap.sourceCode)?.incident).toMatchObject({
      code: 'LDAP_INCIDENT',
    });
    expect(await bed.count(`delivered_person where import_id = '${report.importId}'`)).toBe(0);
  }
  expect([await staff(), await bed.stored()]).toEqual([here, stored]);
  // The next one is read as if nothing had been, and answers them.
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  const shown = await bed.parts().sources.list(10, undefined);
  expect(shown.find(({ sourceCode }) => sourceCode === ldap.sourceCode)?.incident).toBeUndefined();
});

const daily = () => {
  const { imports, worker, sources } = bed.parts();
  return new ReadAcademies(sources, imports, worker, 7);
};

test('is asked once on each day, without anybody asking', async () => {
  bed.academies = { of: () => Promise.resolve(sourceAt(slapd)) };
  const day = localDate('2022-09-05');
  for (const _again of [1, 2]) await bed.db.unitOfWork.run((tx) => daily().onDay(tx, day));
  expect([await bed.parts().worker.runNext(), await bed.parts().worker.runNext()]).toEqual([
    ...[true, false],
  ]);
  // Days that begin before anybody has read it: one reading says what is so, and until then the day is not quiet.
  const pending = new PendingImports(bed.db.database, new SourceAlarms(bed.db.database));
  for (const next of ['2022-09-06', '2022-09-07', '2022-09-08'])
    await bed.db.unitOfWork.run((tx) => daily().onDay(tx, localDate(next)));
  expect(await pending.count()).toBe(1);
  expect([await bed.parts().worker.runNext(), await bed.parts().worker.runNext()]).toEqual([
    ...[true, false],
  ]);
  expect(await pending.count()).toBe(0);
  await bed.parts().declare.execute({ ...ldap, enabled: false }, caller);
  await bed.db.unitOfWork.run((tx) => daily().onDay(tx, localDate('2022-09-09')));
  expect(await bed.parts().worker.runNext()).toBe(false);
});

describe('DIR-3: between two full readings changes are asked for, and end nobody', () => {
  const dn = (uid: string) => `dn: uid=${uid},ou=people,dc=academie,dc=test`;
  const rename = (uid: string, name: string) =>
    slapd.modify(`${dn(uid)}\nchangetype: modify\nreplace: sn\nsn: ${name}\n`);
  const nameOf = async (uid: string) => {
    const { rows } = await bed.db.database.query<{ last_name: string }>(
      'select last_name from person where academic_identifier = $1',
      [uid],
    );
    return rows[0]?.last_name;
  };

  /** The next day's reading, and how it was done. */
  let day = localDate('2022-09-30');
  async function nextDay(
    settings: Settings | AcademyLdapSource = {},
    before: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    day = addDays(day, 1);
    const academy =
      settings instanceof AcademyLdapSource
        ? settings
        : sourceAt(slapd, { overlapSeconds: 1, ...settings });
    bed.academies = { of: () => Promise.resolve(academy) };
    await bed.onDay(day);
    await bed.db.unitOfWork.run((tx) => daily().onDay(tx, day));
    await before();
    await bed.parts().worker.runNext();
    const of = { source: ldap.sourceCode, seen: undefined };
    const [report] = await bed.parts().imports.list(of, 1, undefined);
    const { rows } = await bed.db.database.query<{ extent: string }>(
      'select extent from directory_import where import_id = $1',
      [report!.importId],
    );
    return { ...report!, extent: rows[0]!.extent };
  }
  const upTo = () =>
    bed.db.unitOfWork.run((tx) => new AcademyReadings().appliedUpTo(tx, ldap.sourceCode));
  /** Stamps are whole seconds, and those of the second before the last one seen are read again. */
  const stampsAreTwoSecondsOld = async () => {
    const last = (await upTo())!.getTime();
    while (Date.now() < last + 2_000) await sleep(20);
  };

  beforeAll(() => bed.parts().declare.execute({ ...ldap, deliversDeltas: true }, caller));

  test('brings in who has changed alone; who was removed leaves with the next full reading', async () => {
    expect(await nextDay()).toMatchObject({ extent: 'FULL', state: 'COMPLETED' });
    const here = await staff();
    await stampsAreTwoSecondsOld();
    rename('mbrume', 'Brume-Rivière');
    slapd.modify(`${dn('sbrume2')}\nchangetype: delete\n`);
    expect(await nextDay()).toMatchObject({
      ...{ extent: 'DELTA', state: 'COMPLETED' },
      ...{ peopleChanged: 1, peopleCreated: 0, peopleRemoved: 0 },
    });
    expect(await nameOf('mbrume')).toBe('Brume-Rivière');
    expect(await staff()).toEqual(here);
    // Whoever bears the latest stamp comes again, and changes nothing.
    const again = { extent: 'DELTA', state: 'COMPLETED', entriesRead: 1, peopleApplied: 0 };
    expect(await nextDay()).toMatchObject(again);
    for (const _days of [4, 5, 6, 7]) expect(await nextDay()).toMatchObject(again);
    const full = await nextDay();
    expect(full).toMatchObject({ extent: 'FULL', state: 'COMPLETED', peopleRemoved: 1 });
    expect(await staff()).toEqual(here.filter((one) => !one.startsWith('sbrume2')));
    const { sources } = bed.parts();
    const shown = await sources.list(10, undefined);
    expect(shown.find(({ sourceCode }) => sourceCode === ldap.sourceCode)).toMatchObject({
      ...{ lastFullOn: full.datedOn, lastDeltaOn: addDays(localDate(full.datedOn), -1) },
    });
  });

  test('an incident keeps the beginning of the next reading, and nobody leaves', async () => {
    const [here, before] = [await staff(), await upTo()];
    // What was read up to is the last stamp seen, and stamps are whole seconds: this change is a later one.
    while (Date.now() < before!.getTime() + 1_000) await sleep(20);
    rename('nul', 'Rivage');
    const whole = await cuttingProxy(slapd.tlsPort);
    const through = ({ port }: CuttingProxy) => ({ url: `ldaps://localhost:${port}` });
    for await (const _page of sourceAt(slapd, through(whole)).readChanges(before!, new Date()));
    const cut = await cuttingProxy(slapd.tlsPort, Math.floor(whole.passed() * 0.75));
    const capped = await startSlapd({ limits: 'size=4' });
    try {
      for (const settings of [
        through(cut),
        sourceAt(capped, { structuresFilter: '(ENTStructureUAI=0440290B)' }),
        { peopleMax: 1, overlapSeconds: 86_400 },
      ]) {
        const report = await nextDay(settings);
        expect(report).toMatchObject({ extent: 'DELTA', state: 'REFUSED', peopleRemoved: 0 });
        expect(report.remarks.map(({ code }) => code)).toEqual(['LDAP_INCIDENT']);
        expect([await staff(), await upTo()]).toEqual([here, before]);
      }
    } finally {
      await Promise.all([whole.close(), cut.close(), capped.stop()]);
    }
    expect(await nextDay()).toMatchObject({ extent: 'DELTA', peopleChanged: 1 });
    expect(await nameOf('nul')).toBe('Rivage');
    expect((await upTo())!.getTime()).toBeGreaterThan(before!.getTime());
  });

  test('what waits or was rejected is asked for again, and a full reading that waits by a full one', async () => {
    // A week begins, so that no full reading is due of itself.
    expect(await read({ overlapSeconds: 1 })).toMatchObject({ state: 'COMPLETED' });
    const before = await upTo();
    rename('octets', 'Falaise');
    const holdIt = () =>
      bed.db.asOwner(`update directory_import set plan_only = true where state = 'READING'`);
    const held = await nextDay({}, holdIt);
    expect(held).toMatchObject({ extent: 'DELTA', state: 'HELD' });
    expect(await upTo()).toEqual(before);
    expect((await bed.decide(held.importId, 'REJECTED')).state).toBe('REFUSED');
    expect(await upTo()).toEqual(before);
    const full = await nextDay({}, () =>
      bed.db.asOwner(
        `update directory_import set plan_only = true, extent = 'FULL' where state = 'READING'`,
      ),
    );
    expect(full).toMatchObject({ extent: 'FULL', state: 'HELD' });
    expect(await nextDay()).toMatchObject({ extent: 'FULL', peopleChanged: 1 });
    expect(await nameOf('octets')).toBe('Falaise');
  });

  test('an answer without anybody changes nothing, and a full reading follows', async () => {
    const here = await staff();
    expect(await nextDay({ peopleFilter: '(uid=nobody)' })).toMatchObject({
      ...{ extent: 'DELTA', state: 'COMPLETED', peopleApplied: 0, peopleRemoved: 0 },
    });
    expect(await nextDay()).toMatchObject({ extent: 'FULL', state: 'COMPLETED' });
    expect(await staff()).toEqual(here);
  });

  test.each([
    [
      'a stamp of the future is not trusted',
      async () => {
        const ahead = `update directory_import set read_up_to = now() + interval '1 hour' where read_up_to is not null`;
        await bed.db.database.query(ahead);
        return sourceAt(slapd);
      },
    ],
    [
      'a server that refuses such a search is read whole',
      () => {
        const academy = sourceAt(slapd);
        academy.readChanges = async function* () {
          throw incidentFrom({ code: 53 }, 'SERVER_ERROR');
        };
        return academy;
      },
    ],
  ])('%s', async (_what, academy) => {
    expect(await nextDay(await academy())).toMatchObject({ extent: 'FULL', state: 'COMPLETED' });
    expect(await nextDay()).toMatchObject({ extent: 'DELTA', state: 'COMPLETED' });
  });

  test('a server that does not tell when entries were changed is read whole each day', async () => {
    const unstamped = await startSlapd({ stamps: false });
    try {
      for (const extent of ['DELTA', 'FULL', 'FULL'])
        expect(await nextDay(sourceAt(unstamped))).toMatchObject({ extent, state: 'COMPLETED' });
      expect(await upTo()).toBeUndefined();
    } finally {
      await unstamped.stop();
    }
  });
});

test('DIR-5: inspectors and advisers are guests of the schools of their circonscription, and teachers in their classes', async () => {
  const golden = join(import.meta.dirname, '../../../test/goldens/ldap-inspection/academy.ldif');
  slapd.add(readFileSync(golden, 'utf8'));
  // What the AAF says of a school where the LDAP says nothing.
  await bed.db.database.query(
    `update structure set circonscription = 'SAINT NAZAIRE OUEST' where uai = '0440358A'`,
  );
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleCreated: 4 });
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', p.academic_identifier, e.profile, e.uai, e.post ->> 'role', e.post ->> 'circonscription') as text
     from person p join enrolment e using (person_id)
     where p.academic_identifier in ('lfabre', 'gnoel', 'pgarnier', 'tmorin') and e.ends_on is null order by 1`,
  );
  expect(rows.map(({ text }) => text)).toEqual([
    'gnoel GUEST 0440001M ADVISER Saint-Nazaire Est',
    'gnoel TEACHER 0440290B',
    'lfabre GUEST 0440001M INSPECTOR Saint-Nazaire Est',
    'pgarnier GUEST 0440358A INSPECTOR Saint-Nazaire Ouest',
    'tmorin TEACHER 0440001M',
    'tmorin TEACHER 0440290B',
  ]);
  const taught = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', uai, class_id, class_label) as text from class_link where source = $1 and ends_on is null order by 1`,
    [ldap.sourceCode],
  );
  expect(taught.rows.map(({ text }) => text)).toEqual([
    '0440001M 812345 CE1-CE2 de M. Thomas',
    '0440001M Chorale Chorale',
  ]);
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
});
