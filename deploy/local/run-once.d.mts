export type Grace = { hasSaid: () => boolean; seconds: number; onOverdue: () => void };
export function runOnce(
  command: string,
  args: readonly string[],
  options?: {
    cwd?: string;
    env?: object;
    stdio?: 'inherit' | 'ignore';
    log?: string;
    grace?: Grace;
  },
): Promise<number>;
