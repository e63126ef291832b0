import type { Ports } from './ports.mjs';
import type { Supervisor } from './supervisor.mjs';

export function startBacking(options: {
  dir: string;
  supervisor: Supervisor;
  ports: Ports;
  secret: (name: string) => string;
  wanted?: ('postgres' | 'redis' | 'kafka')[];
  environment?: Record<string, string | undefined>;
  throwAway?: boolean;
  inMemory?: boolean;
  say?: (line: string) => void;
}): Record<string, Promise<{ address: string; given: boolean }>>;
export function forgetBackingData(dir: string): void;
