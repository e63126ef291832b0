// Runs a command to its end.
import { spawn } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { openLog, tailOf } from './log-file.mjs';
import { Refusal } from './progress.mjs';

const running = new Set();

/**
 * @param {{ cwd?: string, env?: object, stdio?: 'inherit', log?: string, grace?: Grace }} options `log`: output goes there
 * @typedef {{ hasSaid: () => boolean, seconds: number, onOverdue: () => void }} Grace a command that has said all that it
 *   was to say has so long to end; then it is ended, with what it started
 * @returns {Promise<number>} its exit status; a signal counts as 1
 */
export function runOnce(command, args, { cwd, env, stdio = 'inherit', log, grace } = {}) {
  const out = log ? openLog(log) : undefined;
  const child = spawn(command, args, { cwd, env, stdio: log ? ['ignore', out, out] : stdio });
  running.add(child);
  const watch = grace && watchOver(child, grace);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    running.delete(child);
    clearInterval(watch);
    if (out) closeSync(out);
  });
}

function watchOver(child, { hasSaid, seconds, onOverdue }) {
  let saidAt;
  const watch = setInterval(() => {
    if (saidAt === undefined && !hasSaid()) return;
    saidAt ??= performance.now();
    if (performance.now() - saidAt < seconds * 1_000) return;
    clearInterval(watch);
    onOverdue();
    for (const pid of withDescendants(child.pid)) endNow(pid);
  }, 250);
  return watch;
}

/** Those that it started first, before they are nobody's. */
function withDescendants(pid) {
  return [...childrenOf(pid).flatMap(withDescendants), pid];
}

function childrenOf(pid) {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return list === '' ? [] : list.split(' ').map(Number);
  } catch {
    return []; // gone meanwhile, or a system that does not say
  }
}

function endNow(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Like runOnce with a log, but failing is an error that shows the end of the log. */
export async function mustRun(title, command, args, { log, ...options }) {
  const status = await runOnce(command, args, { ...options, log });
  if (status !== 0) {
    throw new Refusal(`${title} failed (status ${status}). The end of ${log}:\n${tailOf(log, 30)}`);
  }
}

/** Ends what runs in the foreground, when the whole is being stopped. */
export function endRunning(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal);
}
