import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import {
  academy,
  caller,
  ImportBed,
  sourceCode,
  uaiA,
  uaiB,
} from '../../../test/import-bed.test-support.js';
import { LdapIncident } from '../../sources/sources.module.js';
import { Delivery } from '../deliveries/delivery.pg.js';
import { DeclaredSources } from './declared-sources.pg.js';
import { SourceAlarms } from './source-alarms.pg.js';

jest.setTimeout(120_000);

/** Goal: whatever of an import needs a person rings until somebody has done it, and nothing else does. Method: the figures behind the alarms, after each step. */
const ldap = { ...academy, kind: 'LDAP', sourceCode: 'ldap-nantes', academyCode: '' } as const;
const onde = { ...academy, kind: 'ONDE', sourceCode: 'onde', academyCode: '' } as const;

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.withEverybody();
  const { declare } = bed.parts();
  for (const source of [ldap, onde]) await declare.execute(source, caller);
});
afterAll(() => bed.stop());

async function figuresOf(name: string): Promise<string[]> {
  await new SourceAlarms(bed.db.database).show();
  const { values } = await registry.getSingleMetric(name)!.get();
  return values.map(({ labels, value }) => [...Object.values(labels), value].join(' ')).sort();
}

async function listed(code: string, seen?: readonly string[]) {
  const all = await new DeclaredSources(bed.db.database).list(10, undefined, seen);
  return all.find((source) => source.sourceCode === code)!;
}

const pupils = (names: readonly string[]) =>
  [
    'Nom élève;Prénom élève;Date naissance;Niveau',
    ...names.map((name, at) => `${name};Lila;2016-03-0${at + 1};CE2`),
    '',
  ].join('\n');

/** As a head sends them: nothing is applied before it is approved. */
async function sentByHead(uai: string, names: readonly string[], datedOn: string) {
  const folder = `_envois/onde/${uai}-${datedOn}`;
  bed.lay(folder, { 'CSVExtraction-eleves.csv': pupils(names) });
  const { start, worker, imports } = bed.parts();
  const said = { folder, sourceCode: 'onde', uai, datedOn, planOnly: true, ownSchool: true };
  const { importId } = await start.execute({ ...said, caller });
  await worker.runNext();
  return imports.get(importId);
}

test('DIR-3: what waits for level 2 rings with the days that are left; what a head may decide alone does not', async () => {
  expect(await sentByHead(uaiA, ['DURAND', 'MARTIN'], '2022-09-01')).toMatchObject({
    state: 'HELD',
  });
  expect(await figuresOf('ent_imports_held')).toEqual([]);
  // Of a source that schools share it is told how many wait, and a head is told of the own one alone.
  expect(await sentByHead(uaiB, ['PETIT', 'GRAND'], '2022-09-01')).toMatchObject({ state: 'HELD' });
  expect(await listed('onde')).toMatchObject({ schoolsHeld: 2, schoolsStopped: 0 });
  expect(await listed('onde', [uaiA])).toMatchObject({ schoolsHeld: 1, lastState: 'HELD' });
  expect(await listed('onde', ['0440001M'])).toMatchObject({ schoolsHeld: 0, lastImportId: '' });
  await bed.db.asOwner(
    `update plan_school set over = true where uai = '${uaiA}' and state = 'HELD'`,
  );
  expect(await figuresOf('ent_imports_held')).toEqual(['onde 1']);
  await bed.onDay('2022-09-12');
  expect(await figuresOf('ent_imports_held_days_left')).toEqual(['onde 3']);
  await bed.expire('2022-09-15');
  expect(await figuresOf('ent_imports_held')).toEqual([]);
  expect(await figuresOf('ent_imports_held_days_left')).toEqual([]);
});

test('what failed rings until somebody retries it', async () => {
  const folder = `${sourceCode}/failing`;
  await bed.generate(folder, { exportedOn: '2022-09-16' });
  const { start, worker, retry, imports } = bed.parts();
  const failing = jest.spyOn(Delivery.prototype, 'keep').mockRejectedValue(new Error('no room'));
  const { importId } = await start.execute({ folder, sourceCode, caller });
  for (let attempt = 0; attempt < 3; attempt += 1) await worker.runNext();
  failing.mockRestore();
  expect(await figuresOf('ent_imports_stopped')).toEqual([`${sourceCode} IMPORT_FAILED 1`]);
  await retry.execute({ importId, caller });
  expect(await figuresOf('ent_imports_stopped')).toEqual([]);
  await worker.runNext();
  expect((await imports.get(importId)).state).toBe('COMPLETED');
});

test('what came by itself and was refused rings until something is read; what somebody sent does not', async () => {
  const older = { exportedOn: '2022-08-30' };
  await bed.generate('by-hand', older);
  expect(await bed.import('by-hand')).toMatchObject({ state: 'REFUSED' });
  expect(await figuresOf('ent_imports_stopped')).toEqual([]);
  await bed.generate(`${sourceCode}/export`, older);
  expect(await bed.import(`${sourceCode}/export`)).toMatchObject({ state: 'REFUSED' });
  expect(await figuresOf('ent_imports_stopped')).toEqual([`${sourceCode} DELIVERY_OLDER 1`]);
  await bed.generate('newer', { exportedOn: '2022-09-17' });
  await bed.import('newer');
  expect(await figuresOf('ent_imports_stopped')).toEqual([]);
});

test('an academy’s LDAP that cannot be read rings until a reading succeeds, or it is declared disabled', async () => {
  const read = async () => {
    const { start, worker, imports } = bed.parts();
    const { importId } = await start.execute({ folder: '', sourceCode: ldap.sourceCode, caller });
    await worker.runNext();
    return imports.get(importId);
  };
  bed.academies = { of: () => Promise.reject(new LdapIncident('TIMED_OUT')) };
  expect(await read()).toMatchObject({ state: 'REFUSED' });
  const rings = ['ldap-nantes LDAP_INCIDENT 1'];
  expect(await figuresOf('ent_imports_stopped')).toEqual(rings);
  // Shown as well, whatever other sources deliver since.
  await sentByHead(uaiA, ['DURAND'], '2022-09-17');
  expect(await listed(ldap.sourceCode)).toMatchObject({
    ...{ lastState: 'REFUSED', schoolsStopped: 1 },
    incident: { code: 'LDAP_INCIDENT', message: 'TIMED_OUT' },
  });
  const { declare } = bed.parts();
  await declare.execute({ ...ldap, enabled: false }, caller);
  expect(await figuresOf('ent_imports_stopped')).toEqual([]);
  await declare.execute(ldap, caller);
  expect(await figuresOf('ent_imports_stopped')).toEqual(rings);
  // One that is asked for has read nothing yet.
  const { start, worker } = bed.parts();
  await start.execute({ folder: '', sourceCode: ldap.sourceCode, caller });
  expect(await figuresOf('ent_imports_stopped')).toEqual(rings);
  await worker.runNext();
  async function* nobody() {}
  bed.academies = { of: () => Promise.resolve({ read: nobody, readChanges: nobody } as never) };
  await read();
  expect(await figuresOf('ent_imports_stopped')).toEqual([]);
  expect(await listed(ldap.sourceCode)).not.toHaveProperty('incident');
});

test('a source rings that delivers later than it is declared to, from its last delivery or its declaration on', async () => {
  const { declare } = bed.parts();
  await bed.onDay('2022-10-01');
  expect(await figuresOf('ent_source_late_days')).toEqual([]);
  await declare.execute({ ...onde, everyDays: 7 }, caller);
  await bed.onDay('2022-10-08');
  expect(await figuresOf('ent_source_late_days')).toEqual(['onde 0']);
  await declare.execute({ ...onde, everyDays: 7, title: 'ONDE 1D' }, caller);
  await bed.onDay('2022-10-10');
  expect(await figuresOf('ent_source_late_days')).toEqual(['onde 2']);
  await sentByHead(uaiB, ['PETIT'], '2022-10-10');
  expect(await figuresOf('ent_source_late_days')).toEqual(['onde 0']);
  await bed.onDay('2022-10-18');
  expect(await figuresOf('ent_source_late_days')).toEqual(['onde 1']);
  await declare.execute({ ...onde, everyDays: 7, enabled: false }, caller);
  expect(await figuresOf('ent_source_late_days')).toEqual([]);
});
