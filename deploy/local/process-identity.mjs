// A pid is reused; a pid with the instant its process began is not.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @returns {string | undefined} when the process began (opaque); nothing if it is not alive */
export function beganAt(pid) {
  if (!pid) return undefined;
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command may hold spaces and brackets, so count from the last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      return `${bootId()}:${fields[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.status === 1) return undefined;
    throw error;
  }
}

/** @param {{ pid?: number, began?: string }} one as recorded */
export const isAlive = (one) => Boolean(one?.pid && one.began && beganAt(one.pid) === one.began);

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
