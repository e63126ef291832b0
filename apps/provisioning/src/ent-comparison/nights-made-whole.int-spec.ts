import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { compared, parts } from '../../test/ent-comparison.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

/**
 * Goal: whichever of the two was put back to an earlier state, the nights alone and what level 3 accepts make it whole:
 * one user for each account, as the directory states it, and nobody used is made a second time. Method: two schools, a
 * backup, a day of changes of every kind, the backup put back; then nights until one finds nothing. 20 pupils a school, and
 * 1,500 by `npm run prove -- ent-nights`.
 */
jest.setTimeout(900_000);
bedForEachTest();

const schools = ['0440001A', '0440002B'] as const;
const size = process.env['PROVE'] === '1' ? 1_500 : 20;
const on = '2022-09-05';
const numbered = (school: number, index: number, more: Partial<APerson> = {}): APerson => {
  const number = school * 10_000 + index;
  return aPupil(number, { uai: schools[school]!, aafKey: String(number), ...more });
};
const everybody = () =>
  schools.flatMap((_, school) =>
    Array.from({ length: size }, (__, index) => numbered(school, index + 1)),
  );

/** Some came (in the second school so many that an answer is doubted), two left, one has another class, one another name. */
function changes(): APerson[] {
  const came = (school: number, count: number) =>
    Array.from({ length: count }, (_, index) => numbered(school, size + index + 1));
  return [
    // Of one no source says a key: nothing but our own id names it.
    ...[...came(0, 3), ...came(1, Math.ceil(size / 2)), aPupil(9_000, { uai: schools[0] })],
    ...schools.flatMap((_, school) => [
      numbered(school, 2, { endsOn: on, revision: 2 }),
      numbered(school, 3, { classLabel: 'CM1', revision: 2 }),
      numbered(school, 4, { lastName: 'Renommé', revision: 2 }),
    ]),
  ];
}
const expectedUsers = () => 2 * size + 4 + Math.ceil(size / 2);

async function filled(): Promise<void> {
  await bed.aMembership('m1', { ordered: 4 * size + 10, uais: schools });
  await bed.import(everybody(), { on });
  bed.run();
  await bed.untilQuiet(600_000);
  const first = [...bed.ent.graph.users.values()].find(({ firstName }) => firstName === 'Prenom1');
  activate(bed.ent.graph, first!.login, first!.activationCode!, 'mot de passe');
  await night('2022-09-06');
}

async function night(day: string): Promise<string[]> {
  await bed.begin(day);
  await bed.untilQuiet(600_000);
  const looks = await bed.rows<{ uai: string; status: string }>(
    'select uai, status from ent_look where day = $1 order by uai',
    [day],
  );
  for (const { uai, status } of looks) {
    if (status !== 'HELD') continue;
    await parts().decide.approve({
      ...{ uai, day: localDate(day), reason: 'ENT_RESTAURE', idempotencyKey: randomUUID() },
      caller: callerOf({ roles: ['support-3'], userId: 'u3' }),
    });
  }
  await bed.untilQuiet(600_000);
  return looks.map(({ status }) => status);
}

/** Three nights: the last finds nothing, but for users whom we made and know no more, who wait for a person. */
async function madeWhole({ unknown }: { unknown: number }): Promise<void> {
  const seen: string[][] = [];
  for (const day of ['2022-09-08', '2022-09-09', '2022-09-10']) seen.push(await night(day));
  expect(seen[0]).not.toEqual(['MATCHED', 'MATCHED']);
  expect(seen.at(-1)).toEqual([unknown > 0 ? 'TOLD' : 'MATCHED', 'MATCHED']);
  const left = [...(await compared(schools[0])), ...(await compared(schools[1]))];
  expect(left).toEqual(Array(unknown).fill(expect.stringMatching(/^UNKNOWN/)));
  const users = [...bed.ent.graph.users.values()].filter(({ deleteDate }) => deleteDate === null);
  const identifiers = users.map(({ externalId }) => externalId);
  const count = expectedUsers() + unknown;
  expect([new Set(identifiers).size, identifiers.length]).toEqual([count, count]);
  // Whoever left is blocked, and whom we know no more; nobody else.
  const blocked = users.filter((user) => user.blocked).map(({ firstName }) => firstName);
  expect(blocked.sort()).toEqual([
    ...['Prenom10002', 'Prenom2', ...Array<string>(unknown).fill('Prenom9000')],
  ]);
  expect(users.filter(({ lastName }) => lastName === 'Renommé')).toHaveLength(2);
  expect(await bed.states()).toEqual({
    ...{ ACTIVATED: 1, CLOSING: 2, PROVISIONED: expectedUsers() - 3 },
  });
}

test('PRV-5: an ENT from an old backup is made whole by the nights and what level 3 accepts', async () => {
  await filled();
  bed.ent.makeBackup();
  await bed.import(changes(), { on });
  await bed.untilQuiet(600_000);
  bed.ent.restoreBackup();
  await madeWhole({ unknown: 0 });
});

test('PRV-5: with our database from yesterday whom a key names is in the ENT once, and a second user of who has none is blocked and told', async () => {
  await filled();
  const putBack = await snapshot();
  await bed.import(changes(), { on });
  await bed.untilQuiet(600_000);
  await bed.halt();
  await putBack();
  bed.run();
  // The directory announces again what it stated meanwhile.
  await bed.import(changes(), { on });
  await bed.untilQuiet(600_000);
  await madeWhole({ unknown: 1 });
});

/** Every row of the database, and a way back to it. */
async function snapshot(): Promise<() => Promise<void>> {
  const { rows: tables } = await bed.fresh.database.query<{
    name: string;
    copy: string;
    columns: string;
  }>(
    `select format('%I.%I', table_schema, table_name) as name, format('yesterday.%I', table_schema || '_' || table_name) as copy,
       string_agg(format('%I', column_name), ', ') as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema in ('public', 'platform') and table_type = 'BASE TABLE' and is_generated = 'NEVER' group by 1, 2`,
  );
  const asOwner = async (...statements: string[]) => {
    const owner = new pg.Client({ connectionString: bed.fresh.ownerUrl });
    await owner.connect();
    for (const statement of statements) await owner.query(statement);
    await owner.end();
  };
  await asOwner(
    'create schema yesterday',
    ...tables.map(({ name, copy }) => `create table ${copy} as table ${name}`),
  );
  return () =>
    asOwner(
      "set session_replication_role = 'replica'",
      ...tables.map(({ name }) => `delete from ${name}`),
      ...tables.map(
        ({ name, copy, columns }) =>
          `insert into ${name} (${columns}) overriding system value select ${columns} from ${copy}`,
      ),
      'drop schema yesterday cascade',
    );
}
