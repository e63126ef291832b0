import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '#libs/contracts';
import { createKafka } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import type { DirectoryImports } from '../../deploy/local/demo/directory-imports.js';
import type { Stack } from '../../deploy/local/stack.mjs';
import { logIn } from '../support/browser/log-in.js';
import { asOwner, placesThatSay } from '../support/everywhere.js';
import { rawCodes } from '../support/raw-codes.js';
import { type Answer, sendAs } from '../scenarios/each-door/door.js';

/** Words that nobody else bears, in the spelling of AAF; none has an accent that a format may write otherwise. */
const words = {
  ...{
    lastName: 'ZWYXELITHE',
    firstName: 'Quorvane',
    ine: '987654321ZW',
    mail: 'zwyx@example.org',
  },
  // Of no class of a primary school.
  ...{ born: '29/02/2008', bornOn: '2008-02-29' },
};
const keysBegin = '998877665544';

/** A pupil without brother or sister, the guardians, and how the sources call them. */
export class ErasedFamily {
  readonly said: string[] = [...Object.values(words), keysBegin];
  private keys: readonly string[] = [];

  /** Gives one family of an export words of its own. */
  nameIn(folder: string): void {
    const pupils = entriesOf(folder, '_Eleve_');
    const guardians = entriesOf(folder, '_PersRelEleve_');
    const children = (guardian: string) => valuesOf(guardian, 'ENTPersRelEleveEleve');
    const isAlone = (pupil: string) =>
      guardiansOf(pupil).length === 2 &&
      guardiansOf(pupil).every((key) => children(entryOf(guardians, key)).length === 1);
    // Of the last school: its member leaves the group at the end of the market, and nobody follows these accounts further.
    const pupil = pupils.findLast(isAlone)!;
    this.keys = [keyOf(pupil), ...guardiansOf(pupil)];
    change(folder, this.keys, (entry) => this.keys.reduce(renamed, withWords(entry)));
  }

  /** Takes them out of a later export of the same people. */
  leave(folder: string): void {
    change(folder, this.keys, () => '');
  }
}

const entry = /<addRequest>.*?<\/addRequest>\n?/gs;
const filesOf = (folder: string, part: string) =>
  readdirSync(folder)
    .filter((name) => name.includes(part))
    .map((name) => join(folder, name));
const entriesOf = (folder: string, part: string): string[] =>
  filesOf(folder, part).flatMap((file) => readFileSync(file, 'utf8').match(entry) ?? []);
const keyOf = (text: string) => /<id>([^<]+)<\/id>/.exec(text)![1]!;
const entryOf = (entries: readonly string[], key: string) =>
  entries.find((each) => keyOf(each) === key)!;
function valuesOf(text: string, name: string): string[] {
  const [, values = ''] = new RegExp(`<attr name="${name}">(.*?)</attr>`, 's').exec(text) ?? [];
  return [...values.matchAll(/<value>([^<]*)<\/value>/g)].map(([, value]) => value!);
}
const guardiansOf = (pupil: string) =>
  valuesOf(pupil, 'ENTEleveAutoriteParentale').map((value) => value.split('$')[0]!);

function change(folder: string, keys: readonly string[], to: (entry: string) => string): void {
  for (const file of filesOf(folder, '.xml')) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(entry, (each) => (keys.includes(keyOf(each)) ? to(each) : each)),
    );
  }
}

const withWords = (text: string): string =>
  Object.entries({
    ...{ ENTPersonNom: words.lastName, ENTPersonNomPatro: words.lastName },
    ...{ ENTPersonPrenom: words.firstName, ENTPersonAutresPrenoms: words.firstName },
    ...{ ENTPersonDateNaissance: words.born, ENTEleveINE: words.ine, ENTPersonMail: words.mail },
  }).reduce(
    (changed, [name, value]) =>
      changed.replace(
        new RegExp(`(<attr name="${name}">)\\s*<value>[^<]*</value>`),
        `$1<value>${value}</value>`,
      ),
    text,
  );
const renamed = (text: string, key: string, at: number) =>
  text.replaceAll(new RegExp(`(?<=>)${key}(?=[<$])`, 'g'), `${keysBegin}${at}`);

export type ErasedStory = {
  readonly stack: Stack;
  readonly dropFolder: string;
  readonly directory: DirectoryImports;
  readonly family: ErasedFamily;
  readonly on: (day: string, act?: () => Promise<unknown>) => Promise<void>;
  /** Without its processes: its servers alone. */
  readonly restart: (how?: { processes: [] }) => Promise<void>;
};

const left = '2022-10-03';
const dueOn = '2022-12-22';
/** Three calendar months after they left. */
const lastDay = '2023-01-03';

/**
 * Goal: SUP-4 on the whole product: whoever left is nowhere any more three months later, and the proof says so, or what is
 * left. Method: one family of a real import bears words that nobody else bears; it is looked up, exported and gone from the
 * next export; on the last day of the law every table and every file is searched for them. Before, the same search finds
 * them wherever they belong, so it would find them where they do not. Then all databases go back to a backup of the day on
 * which they had just left: whoever came back with it is erased again.
 */
export function erasedEverywhere(given: () => ErasedStory): void {
  let ids: string[];
  let said: readonly string[];
  let backup: string;

  test('SUP-4: three months after a family left no table, segment, journal, log or file says its names, birth, keys or INE', async () => {
    const { stack, dropFolder, directory, family, on } = given();
    const { rows } = await asOwner(
      ...[stack, 'directory'],
      'select person_id, ine_hash from person where last_name ilike $1 order by ine_hash',
      [words.lastName],
    );
    ids = rows.map(({ person_id }) => String(person_id));
    expect(ids).toHaveLength(3);
    said = [...family.said, String(rows[0].ine_hash)];
    await lookAt(stack, ids);
    // And nowhere else: neither the search for a name nor what was shown stands in a journal or a log.
    expect(await placesThatSay(stack, said)).toEqual([
      'file directory.person.v1',
      ...['enrolment', 'person', 'person_word'].map((table) => `postgres console public.${table}`),
      ...[
        ...['person', 'person_key', 'plan_change'],
        ...['stated_link', 'stated_person', 'stated_place'],
      ].map((table) => `postgres directory public.${table}`),
      ...['account', 'person'].map((table) => `postgres provisioning public.${table}`),
    ]);

    await on(left, async () => {
      const wanted = { folder: 'aaf-2022-10-03', exportedOn: left, changes: [] };
      await directory.write(wanted);
      family.leave(join(dropFolder, wanted.folder));
      await directory.import(wanted);
    });
    backup = JSON.parse(await printed(stack, 'backup', 'create', '--json')).folder;
    await on(dueOn);
    await letAWeekPassInKafka(stack);
    await on(lastDay);
    await untilCompacted(stack, said);
    expect(await placesThatSay(stack, said)).toEqual([]);
  }, 180_000);

  test('SUP-4: the proof on the running stack finds nothing but what a rule allows; a trace put back is named', async () => {
    const { stack } = given();
    for (const id of ids) {
      const { erasure, places } = await proofOf(stack, id);
      expect(erasure).toMatchObject({ leftOn: left, erasedOn: dueOn, unexpected: 0 });
      expect(new Set(places.map(({ system }: Answer) => system))).toEqual(
        new Set([
          ...['directory', 'provisioning', 'membership', 'metering', 'billing', 'console'],
          ...['letters', 'kafka', 'ent', 'backups', 'logs'],
        ]),
      );
      expect(places).toContainEqual(
        expect.objectContaining({ system: 'kafka', verdict: 'NOTHING' }),
      );
      expect(places).toContainEqual(expect.objectContaining({ system: 'ent', verdict: 'NOTHING' }));
    }
    const [id] = ids;
    await asOwner(
      ...[stack, 'console'],
      `insert into person (person_id, last_name, first_name, child_ids, guardian_ids, revision, sort_name)
       values ($1, 'Revenu', 'Là', '{}', '{}', 1, ' revenu  la')`,
      [id],
    );
    const { erasure, places } = await proofOf(stack, id!);
    expect(erasure.unexpected).toBe(1);
    expect(places).toContainEqual(
      expect.objectContaining({
        ...{ system: 'console', place: 'public.person.person_id', verdict: 'UNEXPECTED', rows: 1 },
      }),
    );
    expect(await ent(stack, 'directory', 'erasure-proof', id!)).toMatchObject({
      ...{ status: 1, printed: expect.stringContaining('public.person.person_id') as string },
    });
    await asOwner(stack, 'console', 'delete from person where person_id = $1', [id]);
    expect(await ent(stack, 'directory', 'erasure-proof', id!)).toMatchObject({ status: 0 });
  }, 60_000);

  test('SUP-4: who comes back with a backup is erased again, and is nowhere on the last day of the law', async () => {
    const { on } = given();
    await goBack(given, backup, ids);
    // The days that were lost are begun again, and who is due by them is erased again.
    await on(dueOn);
    expect(await hereAgain(given().stack, ids)).toEqual([]);
    await on(lastDay);
    await untilCompacted(given().stack, said);
    expect(await placesThatSay(given().stack, said)).toEqual([]);
  }, 300_000);
}

/**
 * All databases as they were, brought back by an operator as `deploy/README.md` says: the directory alone would be behind
 * provisioning, which has heard of the erasure.
 */
async function goBack(
  given: () => ErasedStory,
  folder: string,
  ids: readonly string[],
): Promise<void> {
  await given().restart({ processes: [] });
  const { stack } = given();
  await printed(stack, 'backup', 'restore', folder);
  expect(await hereAgain(stack, ids)).toEqual([...ids].sort());
  const { digest } = JSON.parse((await typed(stack, 'recovery', 'plan', '--json')).printed);
  await printed(stack, 'recovery', 'run', digest, 'exercice', '--yes');
  await given().restart();
  for (const deadline = Date.now() + 120_000; ; await sleep(1_000)) {
    const { faults } = JSON.parse(
      (await typed(given().stack, 'recovery', 'check', '--json')).printed,
    );
    if (faults.length === 0) return;
    if (Date.now() > deadline) throw new Error(JSON.stringify(faults));
  }
}

/** Those of them whom the directory has. */
async function hereAgain(stack: Stack, ids: readonly string[]): Promise<string[]> {
  const { rows } = await asOwner(
    ...[stack, 'directory'],
    'select person_id from person where person_id = any($1::uuid[]) order by 1',
    [ids],
  );
  return rows.map(({ person_id }) => String(person_id));
}

/** Found by name, looked at, all that is held exported: what these leave behind names nobody either. */
async function lookAt(stack: Stack, [personId]: readonly string[]): Promise<void> {
  const [agent, officer] = await Promise.all(
    ['support-2', 'dpo'].map((login) => logIn(stack.consoleUrl, login)),
  );
  const search = new URLSearchParams({ by: 'NAME', q: words.lastName, reason: 'CHECK' });
  const found = await asked(stack, agent!, 'get', `/api/support/people?${search}`);
  expect(found.people).toHaveLength(3);
  await asked(stack, agent!, 'get', `/api/support/people/${personId}?reason=CHECK`);
  const reason = { reason: 'DEMANDE_PERSONNE SUP-42' };
  const { services } = await asked(
    ...[stack, officer!, 'post'],
    `/api/dpo/people/${personId}/export`,
    reason,
  );
  const tables = services.flatMap(({ tables: told }: Answer) => told);
  expect(tables.map(({ title }: Answer) => title)).toEqual(
    expect.arrayContaining(['Écoles', 'Historique des comptes', 'Jours comptés', 'Consultations']),
  );
  // A parent reads it; the academy's name begins what the ENT calls them.
  const read = tables.map(({ columns, rows }: Answer) => ({
    ...{ columns, rows: rows.map(({ cells }: Answer) => cells) },
  }));
  expect(rawCodes(read, [words.lastName, 'NANTES'])).toEqual([]);
}

async function proofOf(stack: Stack, personId: string): Promise<Answer> {
  const officer = await logIn(stack.consoleUrl, 'dpo');
  return asked(stack, officer, 'post', `/api/dpo/erasures/${personId}/proof`);
}

async function asked(
  { consoleUrl }: Stack,
  session: Awaited<ReturnType<typeof logIn>>,
  method: string,
  address: string,
  body: object = {},
): Promise<Answer> {
  const response = await sendAs(session, consoleUrl, {
    ...{ method, address, body: JSON.stringify(body) },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${address}: ${response.status} ${text.slice(0, 600)}`);
  return JSON.parse(text);
}

/** As a process acts, without a person. */
const ent = (stack: Stack, ...args: string[]) => typed(stack, ...args, '--script');

/** What a command says that has to succeed. */
async function printed(stack: Stack, ...args: string[]): Promise<string> {
  const { status, printed: told } = await typed(stack, ...args);
  if (status !== 0) throw new Error(`${args.join(' ')}: ${told}`);
  return told;
}

/** An operator's command, as it is typed. */
const typed = ({ env }: Stack, ...args: string[]) =>
  new Promise<{ status: number; printed: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--enable-source-maps', 'deploy/tools/ent.mjs', ...args],
      { env: { ...env, CI: '1' }, maxBuffer: 64_000_000 },
      (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code ?? 1) : 0, printed: stdout || stderr }),
    );
  });

/** Kafka closes and compacts by the clock on the wall, a segment a week after its first record: here after a moment. */
async function letAWeekPassInKafka({ backing }: Stack): Promise<void> {
  const logger = createLogger('test', 'silent');
  const admin = createKafka('a-week', { brokers: [backing.kafkaBrokers] }, logger).admin();
  await admin.connect();
  const entries = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          ...{ type: kafkaTopic, name: topics.person.name },
          configEntries: entries({
            ...{ 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' },
            ...{ 'max.message.bytes': '4194304', 'segment.ms': '1' },
            ...{ 'max.compaction.lag.ms': '1', 'min.cleanable.dirty.ratio': '0' },
            'file.delete.delay.ms': '1',
          }),
        },
        {
          ...{ type: kafkaBroker, name: '1' },
          configEntries: entries({ 'log.cleaner.backoff.ms': '500' }),
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
}
const [kafkaTopic, kafkaBroker] = [2, 4];

async function untilCompacted(stack: Stack, said: readonly string[]): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(1_000)) {
    const found = await placesThatSay(stack, said);
    if (!found.includes(`file ${topics.person.name}`)) return;
  }
}
