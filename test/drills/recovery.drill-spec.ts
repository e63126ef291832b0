import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntDifferenceKind } from '#libs/contracts';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { logInOperator } from '../../deploy/tools/ent/operator-login.js';
import { confirmCode } from '../support/issuer-browser.js';
import { linesOfGuide, quotedIn } from '../support/guide-lines.js';
import { calmOutcome, outcome, startPlayer } from '../support/demo-player.js';

/**
 * Goal: whatever is lost in the middle, the guide (`deploy/README.md`) leads back, and the demo ends with the figures of a
 * calm run. Method: a small demo on a stack of its own; it is broken off, Kafka is lost, then databases go back to a
 * backup, then both at once. Each time the lines of the guide are typed, then those that they print, and the demo goes on.
 */
const guide = 'deploy/README.md';
let dir: string;
let stack: Stack;
const start = (more: Partial<Parameters<typeof startStack>[0]> = {}) =>
  startStack({ dir, throwAway: true, environment: {}, ...more });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-scenario-'));
  stack = await start();
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  removeStack(dir);
}, 60_000);

/** An operator's command, as it is typed. */
async function ent(...args: string[]): Promise<{ status: number; printed: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--enable-source-maps', 'deploy/tools/ent.mjs', ...args],
      { env: { ...stack.env, CI: '1', ENT_LOGIN_FILE: loginFile() }, maxBuffer: 64_000_000 },
      (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code ?? 1) : 0, printed: stdout || stderr }),
    );
  });
}

type Plan = {
  digest: string;
  running: string[];
  forgetful: string[];
  steps: { do: string; consumer?: string }[];
  afterwards: { do: string }[];
  lost: { topic: string; count: number }[];
};
const plan = async () => JSON.parse((await ent('recovery', 'plan', '--json')).printed) as Plan;
const kindsOf = (steps: { do: string }[]) => [...new Set(steps.map((step) => step.do))];

/** Plays from where it stands until the player begins what the text names. */
async function playTo(text: string): Promise<void> {
  const player = startPlayer(stack);
  await player.reaches(text);
  player.kill();
  await expect(player.figures).rejects.toThrow('SIGKILL');
}

/** Services read and publish until nothing of this is left to say. */
async function untilChecked(isLeft: (fault: { word: string }) => boolean): Promise<void> {
  for (const deadline = Date.now() + 120_000; ;) {
    const { faults } = JSON.parse((await ent('recovery', 'check', '--json')).printed) as {
      faults: { service: string; word: string }[];
    };
    const left = faults.filter(isLeft);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(JSON.stringify(left));
  }
}

/** Logs somebody in, as by `ent login` and a browser. */
const as = (person: string) =>
  logInOperator(stack.env['ISSUER_URL'] ?? '', ({ url }) => void confirmCode(url, person), {
    file: loginFile(),
    askEveryS: 0.2,
  });
const loginFile = () => join(dir, 'login.json');

async function brokenServices(): Promise<
  { service: string; chains: number; proposal?: { digest: string } }[]
> {
  const { printed } = await ent('audit', 'breaks', '--json', '--script');
  const all = JSON.parse(printed) as Awaited<ReturnType<typeof brokenServices>>;
  return all.filter(({ chains }) => chains > 0);
}

const backUp = async () => expect(await ent('backup', 'create')).toMatchObject({ status: 0 });

/**
 * Types the lines of a section of the guide; words in capitals are what a line before has printed, « … » must stand in the
 * answer. Then the lines that the recovery prints. Gives the plan. `killed`: whoever carries it out is killed on the way.
 */
async function follow(section: string, { service = '', killed = false } = {}): Promise<Plan> {
  const read: Record<string, string> = { SERVICE: service };
  const fill = (text: string) =>
    text.replace(/\b(NAME|SERVICE|DIGEST)\b/g, (name) => read[name] ?? name);
  const lines = linesOfGuide(guide, `### ${section}`);
  expect(lines.length).toBeGreaterThan(3);
  let made: Plan | undefined;
  for (const { command, comment } of lines) {
    if (command.startsWith('# Start the broker')) {
      await emptyBroker();
      continue;
    }
    const [npm, run, script, dashes, ...words] = fill(command).trim().split(/ +/);
    expect([npm, run, script, dashes]).toEqual(['npm', 'run', 'ent', '--']);
    if (words[0] === 'login') {
      await as('admin');
      continue;
    }
    const isRun = words[1] === 'run';
    if (isRun) made = killed ? await carryOutKilled() : await plan();
    if (isRun && killed) continue;
    const { printed } = await ent(...words, ...(isRun ? ['--yes'] : []));
    read['NAME'] ??= /^ {2}(\d{4}-\S+)/m.exec(printed)?.[1] ?? '';
    if (read['NAME'] === '') delete read['NAME'];
    read['DIGEST'] = /recovery run ([0-9a-f]{16})/.exec(printed)?.[1] ?? read['DIGEST'] ?? '';
    for (const quoted of quotedIn(comment)) expect(printed).toContain(fill(quoted));
  }
  await typeNext();
  return made!;
}

/** As `recovery run` has printed them; the plan prints them again. */
async function typeNext(): Promise<void> {
  const { printed } = await ent('recovery', 'plan');
  const [, next = ''] = printed.split('Ensuite :');
  const lines = [...next.matchAll(/^ {2}\d+\. npm run ent -- (.+)$/gm)].map(([, line]) => line!);
  const typed = lines.length > 0 ? lines : ['services start', 'recovery check'];
  for (const [at, line] of typed.entries()) {
    if (line === 'recovery check') {
      const isLast = at === typed.length - 1;
      // Lost days are stated again once the ENT agrees.
      await untilChecked(({ word }) => isLast || !word.endsWith('à redire'));
    } else
      expect([line, await ent(...line.split(' '))]).toEqual([
        line,
        expect.objectContaining({ status: 0 }),
      ]);
  }
  expect(await ent('recovery', 'check')).toMatchObject({ status: 0 });
}

/** With the services stopped on purpose: a start of the stack does not start them. */
async function emptyBroker(): Promise<void> {
  await stack.stop();
  rmSync(join(dir, 'kafka/data'), { recursive: true });
  stack = await start();
  expect((await ent('services', 'status')).printed).toContain('provisioning : arrêté');
}

/** All is as it should be: what the restore put aside holds people whom an erasure must not leave there (SUP-4). */
const dropOld = async () => expect(await ent('backup', 'drop-old')).toMatchObject({ status: 0 });

/** Killed at each database when it has done one: a new plan holds what is left. Gives the first plan. */
async function carryOutKilled(): Promise<Plan> {
  const first = await plan();
  for (let left = first; left.steps.length > 0; left = await plan()) {
    const child = spawn(
      process.execPath,
      ['deploy/tools/ent.mjs', 'recovery', 'run', left.digest, 'exercice', '--yes'],
      { env: { ...stack.env, CI: '1' }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
      if (told.split('\n').length > 2) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
  }
  return first;
}

test('Kafka lost: topics are made anew, facts told again under their numbers, states announced', async () => {
  await playTo('les premiers élèves se connectent');
  expect((await plan()).running).toHaveLength(6);
  const made = await follow('Kafka is lost');
  expect(kindsOf(made.steps)).toEqual(['rejoin', 'tell-again']);
  expect(made).toMatchObject({
    forgetful: [],
    afterwards: [{ do: 'announce-again', reason: 'KAFKA_PERDU' }],
  });
}, 600_000);

test('provisioning alone from a backup: its readers read again or follow, and the ENT is compared', async () => {
  await playTo('second import aaf');
  await backUp();
  cpSync(join(dir, 'ent'), join(dir, 'ent-older'), { recursive: true });
  await playTo('ancenis-saint-géréon commande');
  const made = await follow('Restore one service', { service: 'provisioning', killed: true });
  expect(made).toMatchObject({ forgetful: ['provisioning'], afterwards: [{ do: 'compare-ent' }] });
  expect(kindsOf(made.steps)).toEqual(['forgo', 'keep-lost-days', 'read-again', 'follow']);
}, 600_000);

test('the ENT put back to an older state: what it lost is made anew, and nothing differs any more', async () => {
  await stack.stop();
  // Its own backups lie apart from what was lost.
  cpSync(join(dir, 'ent', 'backup.json'), join(dir, 'ent-older', 'backup.json'));
  rmSync(join(dir, 'ent'), { recursive: true });
  renameSync(join(dir, 'ent-older'), join(dir, 'ent'));
  stack = await start();
  const compare = async (...more: string[]) => {
    const { status, printed } = await ent(
      'provisioning',
      'compare-ent',
      ...more,
      '--json',
      '--script',
    );
    const schools = JSON.parse(printed) as { differences: { kind: number }[] }[];
    return {
      status,
      kinds: schools.flatMap(({ differences }) => differences.map(({ kind }) => kind)),
    };
  };
  const { status, kinds } = await compare('--apply', '--motif', 'ENT_RESTAURE');
  expect(status).toBe(0);
  // Those who came from the waiting list after it.
  expect(kinds.filter((kind) => kind === EntDifferenceKind.MISSING)).toHaveLength(38);
  for (const deadline = Date.now() + 120_000; ;) {
    const again = await compare();
    if (again.status === 0) break;
    if (Date.now() > deadline) throw new Error(JSON.stringify(again));
  }
  await untilChecked(() => true);
}, 600_000);

test('all databases from a backup: the lost life is passed over, and what people did since is done again', async () => {
  await backUp();
  await playTo('montreuil-juigné demande');
  const made = await follow('Restore all services');
  expect(kindsOf(made.steps)).toEqual(['forgo']);
  expect(made.forgetful).toContain('membership');
  expect(made).toMatchObject({
    afterwards: [{ do: 'announce-again', reason: 'COPIE_A_REFAIRE' }, { do: 'compare-ent' }],
  });
  const orders = made.lost.find(({ topic }) => topic === 'membership.events.v1');
  expect(orders?.count).toBeGreaterThan(0);
  await dropOld();
}, 600_000);

test('Kafka lost, and all databases from a backup: both at once is one plan', async () => {
  // The ENT of the story goes back to its own backup once more before that day.
  await playTo('montreuil-juigné commande 20');
  // Databases are backed up one after the other: a reader that goes on meanwhile is ahead of its owner, and follows it.
  await untilChecked(() => true);
  await backUp();
  await playTo('facturation du trimestre 2');
  const made = await follow('Kafka and databases are lost');
  // Of topics in which nothing was told since the databases were last restored, readers still lack what to pass over.
  expect(kindsOf(made.steps)).toEqual(['forgo', 'rejoin', 'tell-again']);
  // The end of no log shows what provisioning lost; the ENT has it.
  expect(made).toMatchObject({
    forgetful: [],
    afterwards: [{ do: 'announce-again' }, { do: 'compare-ent' }],
  });
  await dropOld();
}, 600_000);

test('two persons acknowledge what the restores took from journals and ledgers', async () => {
  const broken = await brokenServices();
  // Of all databases that went back, those in which anything had been journalled since.
  expect(broken.map(({ service }) => service)).toContain('membership');
  await as('admin');
  for (const { service } of broken) {
    const proposed = await ent('audit', 'acknowledge', service, '--motif', 'Exercice.', '--json');
    expect(proposed).toEqual({ status: 0, printed: expect.stringContaining('digest') as string });
  }
  await as('admin-2');
  for (const { service, proposal } of await brokenServices()) {
    const { digest } = proposal!;
    expect(await ent('audit', 'approve', service, digest)).toEqual({
      status: 0,
      printed: expect.stringContaining(service) as string,
    });
  }
  expect(await brokenServices()).toEqual([]);
  expect(await ent('audit', 'verify', '--script')).toMatchObject({
    status: 0,
    printed: expect.stringContaining('reconnue par deux personnes') as string,
  });
}, 300_000);

test('the demo goes on from there and ends with the figures of a calm run', async () => {
  const figures = await startPlayer(stack).figures;
  // With what each says of itself.
  expect(figures.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(outcome(figures)).toEqual(calmOutcome());
}, 600_000);
