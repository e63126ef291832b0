import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from '#libs/persistence';

/** CPU milliseconds that this process and the server's processes for one database have used so far. */
export type Cpu = { readonly node: number; readonly postgres: number };

/** /proc counts in hundredths of a second. */
const tickMs = 10;

/** On a busy machine the rates say little, the work behind them does. Needs the server on this machine. */
export async function cpuOf(database: Database): Promise<Cpu> {
  const { user, system } = process.cpuUsage();
  const { rows } = await database.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database()',
  );
  const postgres = rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
  return { node: (user + system) / 1_000, postgres };
}

/** CPU milliseconds of a process so far; 0 for one that has ended, is elsewhere, or where there is no /proc. */
export function cpuMsOf(pid: number | undefined): number {
  const fields = statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

/** The same of a server with the processes that it has begun, those that have ended too. */
export function cpuMsOfServer(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const begun = processIds().filter((other) => Number(statOf(other)[1]) === pid);
  const [ended, endedInSystem] = statOf(pid).slice(13, 15).map(Number);
  const all = [pid, ...begun].reduce((sum, each) => sum + cpuMsOf(each), 0);
  return all + ((ended ?? 0) + (endedInSystem ?? 0)) * tickMs;
}

const processIds = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Behind the name of the program: its state, its parent, … */
function statOf(pid: number | undefined): string[] {
  try {
    return (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ');
  } catch {
    return [];
  }
}
