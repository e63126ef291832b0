import { jest } from '@jest/globals';

export type EntCommand = { run: (args: string[]) => Promise<number> };

/** Runs an administrator's command as it is; the exit status, and what is printed. */
export async function ent({ run }: EntCommand, ...args: string[]): Promise<[number, string]> {
  let printed = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    return [await run(args), printed];
  } finally {
    spy.mockRestore();
  }
}

/** The same on a running stack, as the process that runs scripts. */
export async function entOn(
  env: Readonly<Record<string, string>>,
  command: EntCommand,
  ...args: string[]
): Promise<[number, string]> {
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    return await ent(command, ...args, '--script');
  } finally {
    process.env = before;
  }
}
