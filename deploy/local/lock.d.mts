export type Lock =
  | { held: true; wasStale: boolean; release(): void }
  | { held: false; holder: { pid: number; began: string } };
export function takeLock(dir: string): Lock;
