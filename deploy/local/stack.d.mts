import type { Ports } from './ports.mjs';
import type { Supervisor } from './supervisor.mjs';

export type ProcessName =
  | 'issuer'
  | 'ent'
  | 'membership'
  | 'directory'
  | 'provisioning'
  | 'metering'
  | 'billing'
  | 'console';
/** A part of the stack that can be killed and awaited. */
export type PartName = ProcessName | `${ProcessName}-2` | 'postgres' | 'redis' | 'kafka';

export type StackOptions = {
  /** Everything of this stack lies there; tests give a temporary folder. */
  dir: string;
  /** Default: all. */
  processes?: ProcessName[];
  /** Additions to the environment, per process; `all`: for every one. */
  env?: Partial<Record<ProcessName | 'all', Record<string, string>>>;
  /** Two processes of each service; the second is named `<service>-2`. */
  twice?: boolean;
  ports?: Ports;
  /** No flushing to disk: right for tests (survives a killed process, not a power cut). */
  throwAway?: boolean;
  /** Private backing services even if addresses are given: `{}`. Default: the process's environment. */
  environment?: Record<string, string | undefined>;
  say?: (line: string) => void;
};

/** Brings up backing services, databases, topics and processes; waits until all are ready. */
export function startStack(options: StackOptions): Promise<Stack>;

export class Stack {
  readonly dir: string;
  readonly supervisor: Supervisor;
  readonly backing: {
    /** Address each service connects to its own database with. */
    databaseUrls: Record<string, string>;
    /** Administrative address. */
    postgresUrl: string;
    kafkaBrokers: string;
    redisUrl: string;
  };
  /** What reaches everything: addresses of all services, CLIENT_SECRET of the client `player`. */
  readonly env: Record<string, string>;
  readonly consoleUrl: string;
  readonly issuerUrl: string;
  /** SIGKILL unless told otherwise; the supervisor restarts it. */
  kill(name: PartName, signal?: NodeJS.Signals): void;
  waitReady(name: PartName, timeoutMs?: number): Promise<void>;
  /** The names of the processes of a service: two where it runs twice. */
  processesOf(name: ProcessName): PartName[];
  pidOf(name: PartName): number | undefined;
  restartsOf(name: PartName): number;
  logOf(name: string): string;
  /** Runs a compiled entry (from the root of the project) to its end. Returns its exit status. */
  run(
    entry: string,
    options?: { args?: string[]; env?: Record<string, string>; name?: string },
  ): Promise<number>;
  stop(): Promise<void>;
}

/** Another supervisor holds the folder. */
export class StackRuns extends Error {
  readonly dir: string;
  readonly pid: number;
}

/** Stops nothing: removes the folder of a stopped stack, data that lies elsewhere included. */
export function removeStack(dir: string): void;

export const processNames: ProcessName[];
