import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDate } from '#libs/time';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { realPublicSchools } from '../support/data/schools.js';
import { writeDeltaAaf, writeFullAaf } from '../support/generator/formats/aaf-days.js';
import { generateAaf } from '../support/generator/generate-aaf.js';
import { PopulationDays } from '../support/generator/school-years/population-days.js';
import { type DirectoryState, DirectoryStruck, type Place } from './directory-struck.js';

/**
 * Goal: the directory's process, killed by SIGKILL anywhere in an import, goes on to the end of a calm run, with every
 * event told once (DIR-1, DIR-3, PRV-2). Method: the real process with its database; the same deliveries, one after the
 * other, calmly on one stack and on another one with a kill in each. Another connection holds what the named
 * statement needs, sees it wait, and only then the process is killed: a place that is not reached fails its test. What is
 * stored, stated and told is compared after each.
 */
const schoolsOfEach = 2;
const first = localDate('2025-09-01');
const later = localDate('2025-10-20');

type Directory = DirectoryStruck;
type Delivery = {
  readonly at: string;
  readonly place: Place;
  readonly day: string;
  readonly folder: string;
  readonly ends?: string;
  /** What comes first, calmly. */
  readonly before?: (directory: Directory) => Promise<void>;
  readonly begin: (directory: Directory) => Promise<void>;
};

// A table of which statistics are taken is waited for by that, too.
const table = (name: string) => `lock table ${name} in share mode`;
/** Some people of the part are there, and others are not. */
const someAreWritten = 'select from plan_part where person_events > 0 and not completed';

/** A first full export of schools of its own, of a source of its own. */
function firstExport(at: string, place: Place, index: number): Delivery {
  const source = `aaf-${index}`;
  // A folder named as a source is that source's own, and stays.
  const folder = `export-${index}`;
  return {
    ...{ at, place, day: first, folder },
    begin: async (directory) => {
      await directory.declare(source);
      await directory.lay(folder, (draft) => write(index, draft));
      await directory.start(folder, source);
    },
  };
}

const schoolsOf = (index: number) =>
  realPublicSchools().slice(schoolsOfEach * index, schoolsOfEach * (index + 1));

function write(index: number, folder: string, leavers = 0) {
  const schools = schoolsOf(index).map(({ uai }) => ({ uai, headcount: 60 }));
  return generateAaf({
    ...{ seed: index + 1, schools, rentree: first, folder },
    ...(leavers > 0 && {
      exportedOn: later,
      changes: [
        { kind: 'leave' as const, uai: schools[0]!.uai, count: leavers, day: '2025-10-15' },
      ],
    }),
  });
}

const lastExport = 9;
/**
 * Of a pupil who came late, so that others are compared before. Stated until it stands: the database takes no link that no
 * source states.
 */
const forgedLink = [
  `insert into stated_link (source, child_key, guardian_key, relation)
   select c.source, c.source_key, g.source_key, '8' from stated_person c, stated_person g
   where c.source = 'aaf-${lastExport}' and c.entity = 1 and g.source = c.source and g.entity = 2
     and not exists (select from guardian_link l where (l.child_id, l.guardian_id) = (c.person_id, g.person_id))
   order by c.source_key desc, g.source_key limit 1`,
  `insert into guardian_link (child_id, guardian_id, relation)
   select c.person_id, g.person_id, l.relation from stated_link l
   join stated_person c on c.source = l.source and c.source_key = l.child_key
   join stated_person g on g.source = l.source and g.source_key = l.guardian_key where l.relation = '8'`,
  `delete from stated_link where relation = '8'`,
];

const population = new PopulationDays({ seed: 'killed', size: 300 });

const deliveries: readonly Delivery[] = [
  ...(
    [
      [
        'files are read, the first rows copied',
        {
          // Once it is taken: else the hold keeps it from being begun.
          after: `select from directory_import where state = 'READING' and attempts > 0`,
          held: `select from directory_import where state = 'READING' for update`,
          statement: 'entries_read = ',
        },
      ],
      [
        'the delivery is kept: its people are, its places not',
        { held: table('delivered_place'), statement: 'insert into delivered_place' },
      ],
      [
        'the delivery is kept: what deltas need is not',
        { held: table('held_statement'), statement: 'insert into held_statement' },
      ],
      [
        'the plan is written, its changes are not',
        { held: table('plan_change'), statement: 'insert into plan_change' },
      ],
      [
        'the plan stands, its schools are not applied',
        { held: table('stated_structure'), statement: 'insert into stated_structure' },
      ],
      [
        'the schools are applied, the first people written and not what follows',
        { held: table('class_link'), statement: 'update class_link' },
      ],
      [
        'some people are applied, the next ones written and not what follows',
        { after: someAreWritten, held: table('class_link'), statement: 'update class_link' },
      ],
      [
        'some people are applied, the next ones written and not told',
        {
          after: someAreWritten,
          held: table('platform.outbox'),
          statement: 'insert into platform.outbox',
        },
      ],
      [
        'all people are applied, the end is not told',
        { held: table('applied_school'), statement: 'insert into applied_school' },
      ],
      [
        'the import has ended, its delivery goes',
        {
          after: `select from directory_import where folder = 'export-9' and state = 'COMPLETED'`,
          held: table('delivered_person'),
          statement: 'delete from delivered_person',
        },
      ],
    ] as const
  ).map(([at, place], index) => firstExport(at, place, index)),
  {
    at: 'a held part is approved, its leavers stated no more and not ended',
    place: { held: table('class_link'), statement: 'update class_link' },
    ...{ day: later, folder: 'leavers' },
    before: async (directory) => {
      await directory.lay('leavers', (folder) => write(0, folder, 20));
      await directory.start('leavers', 'aaf-0');
      expect(await directory.ended('leavers')).toBe('HELD');
    },
    begin: (directory) => directory.approve('leavers'),
  },
  {
    at: 'a delta is laid over what is held',
    place: { held: table('held_statement'), statement: 'held_statement' },
    ...{ day: later, folder: 'delta' },
    before: async (directory) => {
      await directory.declare('aaf-deltas');
      await directory.lay('full', (folder) => writeFullAaf(population, { folder, day: first }));
      await directory.start('full', 'aaf-deltas');
      expect(await directory.ended('full')).toBe('COMPLETED');
    },
    begin: async (directory) => {
      await directory.lay('delta', (folder) =>
        writeDeltaAaf(population, { folder, day: later, since: first }),
      );
      await directory.start('delta', 'aaf-deltas');
    },
  },
  {
    at: 'everybody is compared after a full export, a forged link is found and not yet ended',
    place: {
      held: `select from guardian_link where relation = '8' for update`,
      statement: 'delete from guardian_link',
    },
    ...{ day: later, folder: 'again' },
    before: async (directory) => {
      for (const statement of forgedLink) expect(await directory.forge(statement)).toBe(1);
    },
    begin: async (directory) => {
      await directory.lay('again', (folder) => write(lastExport, folder));
      await directory.start('again', `aaf-${lastExport}`);
    },
  },
];

let dir: string;
let stack: Stack;
let directory: DirectoryStruck;
const calm = new Map<string, DirectoryState>();

async function startDirectory(): Promise<void> {
  dir = mkdtempSync(join(tmpdir(), 'ent-directory-killed-'));
  stack = await startStack({
    ...{ dir, throwAway: true, environment: {}, processes: ['issuer', 'directory'] },
    env: { directory: { IMPORT_BATCH_PEOPLE: '60', INE_HASH_KEY: 'the-same-on-both-stacks' } },
  });
  directory = await DirectoryStruck.of(stack);
}

async function stop(): Promise<void> {
  await directory?.end();
  await stack?.stop();
  removeStack(dir);
}

/** Gives the end of the import, and all that is there then. */
async function play(delivery: Delivery, begin: () => Promise<void>): Promise<DirectoryState> {
  await begin();
  expect(await directory.ended(delivery.folder)).toBe('COMPLETED');
  return directory.state();
}

async function prepare({ day, before }: Delivery): Promise<void> {
  await directory.onDay(day);
  await before?.(directory);
}

beforeAll(async () => {
  await startDirectory();
  for (const delivery of deliveries) {
    await prepare(delivery);
    calm.set(delivery.at, await play(delivery, () => delivery.begin(directory)));
  }
  await stop();
  await startDirectory();
}, 600_000);
afterAll(stop, 60_000);

test.each(deliveries)(
  'DIR-1, DIR-3, PRV-2: killed where $at, it ends as the calm one',
  async (delivery) => {
    await prepare(delivery);
    const struck = await play(delivery, () =>
      directory.strike(delivery.place, () => delivery.begin(directory)),
    );
    expect(struck.told.length).toBeGreaterThan(1);
    expect(struck).toEqual(calm.get(delivery.at));
  },
  120_000,
);
