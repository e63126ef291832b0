import { type ChildProcess, fork } from 'node:child_process';
import type { Fault } from '../../simulators/open-ent-ng/faults.js';

type SimulatorState = { readonly calls: Readonly<Record<string, number>> };

export type SeparateEnt = {
  readonly child: ChildProcess;
  readonly url: string;
  /** Calls it was asked for until now, of whatever kind. */
  calls(): Promise<number>;
  /** Creations at once in one school are refused or not (row A). */
  setDeadlocks(isOn: boolean): Promise<void>;
  /** From now on it fails as it does in bad times, and in these ways before all others. */
  beginFaults(further?: readonly Partial<Fault>[]): Promise<void>;
};

/** 1 % of 5xx, 0.5 % done without an answer, the session ended every 500 calls. */
const faults = [
  { mode: 'error-503', share: 0.01 },
  { mode: 'timeout-after-success', share: 0.005, waitMs: 60_000 },
] as const;
const callsOfSession = 500;

/**
 * The simulated ENT in a process of its own, so that its work is not counted as ours. With a folder it keeps a journal, as
 * the one that is run; so many milliseconds more for each answer.
 */
export async function startEnt({
  folder,
  latencyMs = 0,
  perSecond = 0,
  port = 0,
  hasAccessLog = false,
}: {
  readonly folder?: string;
  /** Each call and its answer stay in the folder. */
  readonly hasAccessLog?: boolean;
  readonly latencyMs?: number;
  /** Calls that it serves; 0: as many as it can. */
  readonly perSecond?: number;
  readonly port?: number;
} = {}): Promise<SeparateEnt> {
  const child = fork('dist/test/simulators/open-ent-ng/main.js', [], {
    execArgv: [],
    env: {
      ...{ HTTP_PORT: String(port), ENT_LATENCY_MS: String(latencyMs) },
      ENT_SERVICE_RATE_PER_SECOND: String(perSecond),
      ...(hasAccessLog ? { ENT_ACCESS_LOG: '1' } : {}),
      ...(folder === undefined ? {} : { ENT_DATA_DIR: folder }),
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the simulator ended')));
    child.stdout?.once('data', (text: Buffer) => {
      const address = /http:\S+/.exec(text.toString())?.[0];
      if (address) resolve(address);
      else reject(new Error(text.toString()));
    });
  });
  const calls = async () => {
    const state = (await (await fetch(`${url}/__simulator`)).json()) as SimulatorState;
    return Object.values(state.calls).reduce((sum, count) => sum + count, 0);
  };
  const tell = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}/__simulator/${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const beginFaults = async (further: readonly Partial<Fault>[] = []) => {
    await tell('faults', { faults: [...further, ...faults] });
    await tell('expire-sessions', { everyCalls: callsOfSession });
  };
  const setDeadlocks = (isOn: boolean) => tell('deadlocks', { isOn });
  return { child, url, calls, setDeadlocks, beginFaults };
}

export const entLogin = { login: 'connecteur', password: 'connecteur-secret' } as const;
