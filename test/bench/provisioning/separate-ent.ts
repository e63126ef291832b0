import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The simulated ENT in a process of its own, so that its work is not counted as ours. */
export function startEnt(): Promise<{ child: ChildProcess; url: string }> {
  const main = fileURLToPath(new URL('../../simulators/open-ent-ng/main.js', import.meta.url));
  const child = fork(main, {
    env: { HTTP_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the simulator ended')));
    child.stdout?.once('data', (text: Buffer) => {
      const url = /http:\S+/.exec(text.toString())?.[0];
      if (url) resolve({ child, url });
      else reject(new Error(text.toString()));
    });
  });
}

export const entLogin = { login: 'connecteur', password: 'connecteur-secret' } as const;
