import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Anchors } from './anchors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchors-'));
});
afterEach(() => rm(folder, { recursive: true }));

const head = (position: number, hash = `hash-${position}`, subject = 'seals/audit') => ({
  subject,
  position,
  hash,
});
const at = (day: string) => new Date(`${day}T10:00:00Z`);
async function read() {
  const found = [];
  for await (const anchor of new Anchors(folder).read()) found.push(anchor);
  return found;
}
const file = (day: string) => join(folder, `${day}.jsonl`);

/** Three days of one chain, each by a process of its own. */
async function threeDays(): Promise<void> {
  for (const position of [1, 2, 3]) {
    await new Anchors(folder).append([head(position)], at(`2026-11-0${position}`));
  }
}

test('SUP-2: a file for each day, each line over the one before, through all days and processes', async () => {
  await threeDays();
  expect(await readdir(folder)).toEqual([
    '2026-11-01.jsonl',
    '2026-11-02.jsonl',
    '2026-11-03.jsonl',
  ]);
  expect(await read()).toMatchObject([
    { position: 1, hash: 'hash-1', day: '2026-11-01', follows: true },
    { position: 2, day: '2026-11-02', follows: true },
    { position: 3, day: '2026-11-03', follows: true },
  ]);
});

test('what did not move on is not added; what contradicts is told and not added', async () => {
  const anchors = new Anchors(folder);
  expect(await anchors.append([head(2), head(1, 'a', 'ledgers/m')], at('2026-11-01'))).toEqual([]);
  expect(await anchors.append([head(2)], at('2026-11-02'))).toEqual([]);
  const contradicting = [head(2, 'other'), head(1)];
  for (const one of contradicting) {
    expect(await anchors.append([one], at('2026-11-02'))).toEqual([one]);
  }
  expect(await read()).toHaveLength(2);
});

test('two processes in turn keep one chain', async () => {
  const [first, second] = [new Anchors(folder), new Anchors(folder)];
  await first.append([head(1)], at('2026-11-01'));
  await second.append([head(2)], at('2026-11-01'));
  await first.append([head(3)], at('2026-11-01'));
  expect((await read()).map(({ follows }) => follows)).toEqual([true, true, true]);
});

test('a line that a crash cut off is passed over', async () => {
  await threeDays();
  await appendFile(file('2026-11-03'), '{"at":"2026-11-03T10:00');
  await new Anchors(folder).append([head(4)], at('2026-11-03'));
  expect(await read()).toMatchObject([{}, {}, {}, { position: 4, follows: true }]);
});

test('a clock that went back begins no day before the newest', async () => {
  await threeDays();
  await new Anchors(folder).append([head(4)], at('2026-11-02'));
  expect((await read()).at(-1)).toMatchObject({ day: '2026-11-03', follows: true });
});

test.each([
  [
    'a line',
    async () => {
      const text = await readFile(file('2026-11-02'), 'utf8');
      await writeFile(file('2026-11-02'), text.replace('hash-2', 'hash-x'));
    },
  ],
  ['a day', () => rm(file('2026-11-02'))],
  ['the first day', () => rm(file('2026-11-01'))],
])('shows where was changed or taken out %s', async (_what, change) => {
  await threeDays();
  await change();
  expect((await read()).some(({ follows }) => !follows)).toBe(true);
});
