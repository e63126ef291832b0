// Runs a command to its end.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog, tailOf } from './log-file.mjs';
import { Refusal } from './progress.mjs';

const running = new Set();

/**
 * @param {{ cwd?: string, env?: object, stdio?: 'inherit', log?: string }} options `log`: output goes there
 * @returns {Promise<number>} its exit status; a signal counts as 1
 */
export function runOnce(command, args, { cwd, env, stdio = 'inherit', log } = {}) {
  const out = log ? openLog(log) : undefined;
  const child = spawn(command, args, { cwd, env, stdio: log ? ['ignore', out, out] : stdio });
  running.add(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    running.delete(child);
    if (out) closeSync(out);
  });
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
