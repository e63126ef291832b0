import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '#libs/testing';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { linesOfGuide, quotedIn } from '../support/guide-lines.js';
import { confirmCode } from '../support/issuer-browser.js';

/**
 * Goal: from an empty stack and the guide alone, a newcomer imports, reads, and decides about a school that is held.
 * Method: the commands are those of the guide, read from its last section and run one after the other, each as a process
 * of its own, on a stack that begins empty. What stands in capitals is what a command before has shown; what a comment
 * quotes (« … ») must stand in what its command prints, and where the guide says to begin again, it is.
 */
const guide = 'apps/directory/guides/README.md';
const section = '## Essayer sur un poste';
const patienceMs = 120_000 * patience;

/** By its place in the guide's text: what whoever types it has read before. */
const shown: Readonly<Record<string, RegExp>> = {
  IMPORT: /^([0-9a-f-]{36}) {2}/m,
  PLAN: /^Plan ([0-9a-f-]{36}) /m,
  UAI: /^ {2}(\d{7}[A-Z])\b.*RETENUE/m,
};

let dir: string;
let stack: Stack;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-guide-'));
}, 60_000);
afterAll(async () => {
  await stack?.stop();
  removeStack(dir);
}, 60_000);

test('DIR-3: the commands of the guide lead from an empty stack to a school approved and the rest rejected', async () => {
  const [start, ...commands] = linesOfGuide(guide, section);
  // In a terminal of its own: this stack is it, in a folder of the test's.
  expect(start!.command).toBe('npm start -- --empty');
  stack = await startStack({ dir, throwAway: true, environment: {} });
  expect(commands.length).toBeGreaterThan(10);

  const read: Record<string, string> = {};
  const printed: string[] = [];
  for (const { command, comment } of commands) {
    const typed = command
      .replace(/\b(IMPORT|UAI|PLAN)\b/g, (name) => read[name] ?? name)
      .replaceAll('/tmp/', `${dir}/`);
    const quoted = quotedIn(comment);
    const text = await untilQuoted(typed, comment.includes('recommencez') ? quoted : []);
    for (const words of quoted.filter((words) => words !== 'admin')) expect(text).toContain(words);
    for (const [name, pattern] of Object.entries(shown)) {
      const [, found] = pattern.exec(text) ?? [];
      if (found !== undefined) read[name] = found;
    }
    if (command.includes(' remarks ')) keepsRemarksOf(text);
    if (comment.includes('deux sont RETENUES')) {
      expect(text.match(/RETENUE : à approuver/g)).toHaveLength(2);
    }
    printed.push(text);
  }

  // What was decided is what was read.
  const after = await run(`npm run ent -- directory plan ${read['IMPORT']}`);
  expect(after).toContain(`Plan ${read['PLAN']} `);
  const schools = after.split('\n').filter((line) => /approuvée|rejetée|RETENUE/.test(line));
  expect(schools).toHaveLength(2);
  expect(schools.filter((line) => line.includes('approuvée'))).toEqual([
    expect.stringContaining(read['UAI']!),
  ]);
  expect(schools.filter((line) => line.includes('rejetée'))).toHaveLength(1);
}, 900_000);

/** The file lies where the command was typed, which is the repository. */
function keepsRemarksOf(text: string): void {
  const [file = ''] = /^.*remarques-.*\.csv$/m.exec(text) ?? [];
  expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(1);
  rmSync(file);
}

/** What a command prints, asked again until it says what is quoted. */
async function untilQuoted(command: string, quoted: readonly string[]): Promise<string> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(500)) {
    const text = await run(command);
    if (quoted.every((words) => text.includes(words))) return text;
    if (Date.now() > deadline) throw new Error(`${command} never said ${quoted.join()}: ${text}`);
  }
}

/** Runs a line of the guide as a shell would, in the stack's environment; a status other than 0 fails. */
function run(command: string): Promise<string> {
  if (command.endsWith(' login')) return logIn(command);
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { env: environment() }, (error, out, err) => {
      if (error) reject(new Error(`${command}\n${out}\n${err}`));
      else resolve(out);
    });
  });
}

/** Opens the address that the terminal shows, as the account that the guide names. */
function logIn(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], { env: environment() });
  let text = '';
  let confirmed: Promise<unknown> | undefined;
  const hear = (piece: Buffer) => {
    text += piece.toString();
    const [, url] = /Ouvrez (\S+)\n/.exec(text) ?? [];
    if (url && !confirmed) confirmed = confirmCode(url, 'admin');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.once('exit', (status) => {
      if (status === 0) resolve(text);
      else reject(new Error(`${command}\n${text}`));
    });
  });
}

const environment = () => ({
  ...process.env,
  ...stack.env,
  ENT_LOGIN_FILE: join(dir, 'login.json'),
});
