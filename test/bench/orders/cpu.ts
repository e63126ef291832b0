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
  const postgres = rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
  return { node: (user + system) / 1_000, postgres };
}

/** CPU milliseconds of a process so far; 0 for one that has ended, is elsewhere, or where there is no /proc. */
export function cpuMsOf(pid: number | undefined): number {
  try {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = after.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}
