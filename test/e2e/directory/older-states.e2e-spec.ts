import { create } from '@bufbuild/protobuf';
import { PersonChangedSchema, StructureChangedSchema } from '#libs/contracts';
import { BatchContext } from '#libs/messaging';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { copiesPeople, handlersOf } from './copy-of-states.js';

/**
 * Goal: no copy of a school or a person goes back to an older state (DIR-3). Method: the handlers of each service that
 * copies them, on a database of its own; an older state is told after a newer one, in a run of its own and in the same.
 */
const uai = '0440290B';
const personId = 'a0000000-0000-4000-8000-000000000001';
const school = (revision: number) => ({
  key: uai,
  businessDate: '2022-10-03',
  body: create(StructureChangedSchema, {
    ...{ uai, name: `École ${revision}`, insee: `4410${revision}`, public: revision > 6, revision },
  }),
});
const person = (revision: number) => ({
  key: personId,
  businessDate: '2022-10-03',
  body: create(PersonChangedSchema, {
    ...{
      personId,
      lastName: `Nom ${revision}`,
      firstName: 'Io',
      birthDate: '2016-03-09',
      revision,
    },
    enrolments: [
      { profile: 1, uai, classLabel: `Classe ${revision}`, period: { startsOn: '2022-09-01' } },
    ],
  }),
});

/** All that the service has written. */
async function everything({ database }: FreshDatabase): Promise<string[]> {
  const tables = await database.column<string>(
    `select tablename from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1`,
  );
  const rows = await Promise.all(
    tables.map((table) =>
      database.column<string>(
        `select '${table} ' || to_jsonb(t)::text from public."${table}" t order by 1`,
      ),
    ),
  );
  return rows.flat();
}

async function told(service: string, ...runs: readonly (readonly number[])[]) {
  const fresh = await freshDatabase(service);
  try {
    await fresh.database.query('select platform.begin_day($1)', ['2022-10-03']);
    const handlers = handlersOf(service, fresh);
    for (const run of runs) {
      await fresh.unitOfWork.run(async (tx) => {
        const tell = (type: string, events: readonly object[]) =>
          handlers[type]!(events as never[], new BatchContext(tx));
        await tell(StructureChangedSchema.typeName, run.map(school));
        if (copiesPeople(service)) await tell(PersonChangedSchema.typeName, run.map(person));
      });
    }
    return await everything(fresh);
  } finally {
    await fresh.drop();
  }
}

test.each(['billing', 'console', 'membership', 'provisioning'])(
  'DIR-3: the copy of %s goes back to no older state, whether it comes by itself or behind a newer one',
  async (service) => {
    const [newest, apart, together] = await Promise.all([
      told(service, [7]),
      told(service, [5], [7], [6]),
      told(service, [5, 7, 6]),
    ]);
    expect(newest.join()).toMatch(copiesPeople(service) ? /Nom 7/ : /"revision": 7/);
    expect(apart).toEqual(newest);
    expect(together).toEqual(newest);
  },
);
