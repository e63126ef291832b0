export type Child = {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  port?: number;
  level?: number;
  ready?: () => Promise<boolean>;
  readyTimeoutMs?: number;
  stopSignals?: { signal: NodeJS.Signals; waitMs: number }[];
};
export class Supervisor {
  constructor(options: {
    dir: string;
    say?: (line: string) => void;
    extra?: object;
    firstBackOffMs?: number;
  });
  start(child: Child): Promise<number>;
  pidOf(name: string): number | undefined;
  restartsOf(name: string): number;
  names(): string[];
  kill(name: string, signal?: NodeJS.Signals): void;
  waitReady(name: string, timeoutMs?: number): Promise<void>;
  logOf(name: string): string;
  register(child: Child): void;
  pause(name: string): Promise<void>;
  resume(child: Child): Promise<void>;
  stop(name: string): Promise<void>;
  stopAll(): Promise<void>;
  setExtra(extra: object): void;
}
export function endLeftovers(
  dir: string,
  say?: (line: string) => void,
  ofSupervisor?: number,
): Promise<void>;
