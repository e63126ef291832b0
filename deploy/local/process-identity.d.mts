export function beganAt(pid: number | undefined): string | undefined;
export function isAlive(one: { pid?: number; began?: string } | undefined): boolean;
