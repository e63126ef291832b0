import { readFileSync } from 'node:fs';
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
  const postgres = rows.reduce((sum, { pid }) => sum + ticksOf(pid) * tickMs, 0);
  return { node: (user + system) / 1_000, postgres };
}

/** utime and stime; 0 for a process that has ended, or where there is no /proc. */
function ticksOf(pid: number): number {
  try {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = after.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
