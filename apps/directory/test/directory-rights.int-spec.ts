import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { DirectoryService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { doors, importId, isAboutDoubles, isAboutImports } from './doors.test-support.js';
import { masks } from './masks.test-support.js';
import { personExports } from './person-exports.test-support.js';
import {
  leftUai,
  pairId,
  personId,
  type RightsBed,
  startRightsBed,
  uai,
} from './rights-bed.test-support.js';

// The whole service on real Kafka and PostgreSQL: slow where the machine is busy.
jest.setTimeout(90_000);

/** A market whose rights say nothing of the academy's. */
const another = 'autre-2030';
const elsewhere = (
  [
    'member-reader',
    'member-orderer',
    'member-finance',
    'supplier',
    'support-1',
    'support-3',
  ] as const
).map((role) => ({ role, market: another }));

let bed: RightsBed;
beforeAll(async () => {
  bed = await startRightsBed();
}, 90_000);
afterAll(() => bed?.stop(), 90_000);

describe.each(DirectoryService.methods.map(({ localName }) => localName as keyof typeof doors))(
  '%s',
  (rpc) => {
    const { request, rightful, answer, otherSchool } = doors[rpc];
    const call = directoryCall(rpc, request);

    test('says nothing without a token', async () => {
      await expect(call({})).rejects.toMatchObject({ code: 16 });
    });

    // DIR-5: level 2 of support delivers what the academy deposits, and approves it.
    // It reads of a person who states what, and nothing else (`masks`).
    const level2: Role[] =
      isAboutImports(rpc) || isAboutDoubles(rpc) || rpc === 'getPerson' ? [] : ['support-2'];
    test.each<Role>([
      'member-reader',
      'member-orderer',
      'member-finance',
      'supplier',
      'support-1',
      ...level2,
      'support-3',
      ...(rightful === 'dpo' ? [] : (['dpo'] as const)),
    ])('SUP-1, SUP-3: is shut to %s', async (role) => {
      const asked = call(await bed.as(role, { organisationId: 'org-1', uai: [uai] }));
      await expect(asked).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    });

    if (isAboutImports(rpc)) {
      test('DIR-5: shows a coordinator counts, and lets it decide nothing', async () => {
        const asked = call(await bed.as('coordinator'));
        const refusal = doors[rpc].coordinator ?? answer;
        if (refusal === 'SEEN') expect(await asked).toBeDefined();
        else await expect(asked).rejects.toMatchObject({ code: refusal });
      });

      test('SUP-1: an export is of every market’s schools: shut to who administers one', async () => {
        const asked = call(await bed.as('admin', { markets: ['e-primo-2022'] }));
        await expect(asked).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      });

      test('DIR-5: answers level 2 of support', async () => {
        const asked = call(await bed.as('support-2'));
        if (answer === 'SEEN') expect(await asked).toBeDefined();
        else await expect(asked).rejects.toMatchObject({ code: answer });
      });
    }

    test('SUP-3: shows another school, also the one that the person left, nothing', async () => {
      const asked = call(await bed.as('school', { uai: [leftUai] }));
      // The school asked for is another one; of all schools, this head sees its own.
      if (otherSchool === 'NO_SOURCE') expect(await asked).toMatchObject({ sources: [] });
      else if (otherSchool === 'NO_IMPORT') expect(await asked).toMatchObject({ imports: [] });
      else if (otherSchool === 'EMPTY') expect(Object.values(await asked)).toContainEqual([]);
      else if (otherSchool !== 'NOTHING')
        await expect(asked).rejects.toMatchObject({ code: otherSchool });
      else expect(await asked).toMatchObject({ schools: [{ uai: leftUai }] });
    });

    test.each<[who: string, as: () => ReturnType<RightsBed['as']>]>([
      ['who has no right in any market', () => bed.as(undefined)],
      ['who administers another market', () => bed.as('admin', { markets: [another] })],
      [
        'who is everything but support there, and nothing here',
        () => bed.as(undefined, { grants: elsewhere, organisationId: 'org-1', uai: [uai] }),
      ],
      [
        'the LDAP process, whatever it says to be',
        () => bed.as('service', { uai: [uai], organisationId: 'org-1' }, 'ldap'),
      ],
    ])('SUP-1, SUP-3: tells nothing to %s', async (_who, as) => {
      await expect(call(await as())).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    });

    test('SUP-3: shows a head of no school nothing', async () => {
      const asked = call(await bed.as('school', { uai: [] }));
      const answered = await asked.catch(({ code }: { code: string }) => ({ refused: code }));
      const { $typeName: _type, nextCursor: _next, ...told } = answered as Record<string, unknown>;
      if (['NO_SOURCE', 'NO_IMPORT', 'NOTHING', 'EMPTY'].includes(otherSchool))
        expect(Object.values(told).flat()).toEqual([]);
      else expect(told).toEqual({ refused: otherSchool });
    });

    test(`answers ${rightful}`, async () => {
      const asked = call(await bed.as(rightful));
      if (answer === 'SEEN') expect(await asked).toBeDefined();
      else await expect(asked).rejects.toMatchObject({ code: answer });
    });
  },
);

test('DIR-2: of two who may be one, level 2 sees both sides across schools, and neither head the other’s', async () => {
  const { doubles } = await bed.directory.listDoubles({}, await bed.as('support-2'));
  expect(doubles).toMatchObject([{ pairId, known: { personId, lastName: '', birthDate: '' } }]);
  const named = async (asked: string) =>
    (await bed.directory.listDoubles({ pairId: asked }, await bed.as('support-2'))).doubles;
  expect([await named(pairId), await named(randomUUID())]).toMatchObject([[{ pairId }], []]);
  const { double } = await bed.directory.getDouble({ pairId }, await bed.as('support-2'));
  expect(double).toMatchObject({ known: { lastName: 'Montcourt', firstName: 'Zoé' } });
  const own = await bed.as('school', { uai: [uai] });
  expect((await bed.directory.listDoubles({}, own)).doubles).toEqual([]);
  const decided = bed.directory.decideDouble({ pairId, answer: 'SAME' }, own);
  await expect(decided).rejects.toMatchObject({ code: 'DOUBLE_UNKNOWN' });
  // Who heads both schools decides.
  const both = await bed.as('school', { uai: [uai, leftUai] });
  expect((await bed.directory.listDoubles({}, both)).doubles).toMatchObject([{ pairId }]);
});

test('SUP-3: the staff of schools is told to the LDAP process by name, and to nobody else', async () => {
  const asked = (token: object) =>
    Promise.all([
      bed.staff.listStaff({ uais: [uai], pageSize: 500 }, token),
      bed.staff.nameSchools({ uais: [uai] }, token),
    ]);
  const process = { markets: ['*'] };
  const [{ staff: found }, { schools }] = await asked(await bed.as('service', process, 'ldap'));
  expect([found, schools.map((school) => school.uai)]).toEqual([[], [uai]]);
  for (const token of [
    await bed.as('service', process, 'billing'),
    await bed.as('player', process, 'player'),
    await bed.as('coordinator'),
    // A person who is called as the process is.
    await bed.as('coordinator', {}, 'ldap'),
    await bed.as('school', { uai: [uai] }),
  ]) {
    await expect(asked(token)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  }
  // An administrator's commands name schools, and nobody who works there.
  const admin = await bed.as('admin');
  expect((await bed.staff.nameSchools({ uais: [uai] }, admin)).schools).toMatchObject([{ uai }]);
  await expect(bed.staff.listStaff({ uais: [uai], pageSize: 500 }, admin)).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
});

test('SUP-4: takes no free text as the reason of an approval', async () => {
  const asked = bed.directory.approveImport(
    { importId, reason: 'Vu avec Mme Évrard' },
    await bed.as('support-2'),
  );
  await expect(asked).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

describe('DIR-3: what is held is decided by who may, over the wire', () => {
  // Of the files; no day goes back, so the tests below stand at it too.
  beforeAll(() => bed.fresh.database.query('select platform.begin_day($1)', ['2025-09-15']));

  async function held(folder: string): Promise<string> {
    const golden = join(import.meta.dirname, 'goldens', folder);
    cpSync(golden, join(bed.dropFolder, folder), { recursive: true });
    const asked = { folder, source: 'aaf1d-nantes', planOnly: true };
    const { importId: begun } = await bed.directory.startImport(asked, await bed.as('support-2'));
    expect(await ended(begun)).toBe('HELD');
    return begun;
  }
  async function ended(asked: string): Promise<string> {
    for (;;) {
      const found = await bed.directory.getImport({ importId: asked }, await bed.as('support-2'));
      const { state = '' } = found.import ?? {};
      if (!['PENDING', 'READING', 'PLANNED', 'APPLYING'].includes(state)) return state;
      await sleep(50);
    }
  }
  const present = async (lastName: string) => {
    const { rowCount } = await bed.fresh.database.query(
      'select from person where last_name = $1 and left_on is null',
      [lastName],
    );
    return rowCount;
  };

  test('approved, it is carried out; rejected, nothing of it is', async () => {
    const decision = { reason: 'AUTRE SUP-42' };
    const first = await held('aaf-1d-full');
    const another = bed.directory.approveImport(
      { importId: first, ...decision },
      await bed.as('school', { uai: [leftUai] }),
    );
    await expect(another).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await present('LEROUX')).toBe(0);
    await bed.directory.approveImport({ importId: first, ...decision }, await bed.as('support-2'));
    expect(await ended(first)).toBe('COMPLETED');
    expect(await present('LEROUX')).toBe(1);
    const second = await held('aaf-1d-inspection');
    await bed.directory.rejectImport({ importId: second, ...decision }, await bed.as('support-2'));
    expect(await ended(second)).toBe('REFUSED');
    expect([await present('LEROUX'), await present('FABRE')]).toEqual([1, 0]);
  });
});

test('SUP-4: without the other services there is no proof, and the list of erasures says what is due', async () => {
  const erased = randomUUID();
  await bed.fresh.asOwner(
    `set session_replication_role = 'replica';
     insert into erasure (person_id, left_on, erased_on) values ('${erased}', '2022-06-01', '2022-09-01')`,
  );
  const { erasures, overdue } = await bed.directory.listErasures({}, await bed.as('dpo'));
  expect([erasures.map(({ personId: id }) => id), overdue]).toEqual([[erased], 0]);
  await expect(
    bed.directory.proveErasure({ personId: erased }, await bed.as('dpo')),
  ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

describe('of a person', () => masks(() => bed));
describe('of all that is held of a person', () => personExports(() => bed));

function directoryCall(rpc: keyof typeof doors, request: object) {
  return (options: object): Promise<object> => {
    const call = bed.directory[rpc] as (request: object, options: object) => Promise<object>;
    return call(request, options);
  };
}
