import type { Child, Supervisor } from './supervisor.mjs';

export type Wanted = { readonly id?: string; readonly stopped: string[]; readonly held: boolean };
export function readWanted(dir: string): Wanted;
export class WantedServices {
  constructor(stack: {
    dir: string;
    supervisor: Supervisor;
    children: { service: string; child: Child }[];
    record: (applied: { id?: string }) => void;
  });
  start(one: { service: string; child: Child }): Promise<number> | void;
  follow(): void;
  stop(): Promise<void>;
}
