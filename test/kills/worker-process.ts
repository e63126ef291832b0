import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Asked, Told } from './billing-worker.js';

/** A process with the use cases of both services; one that is struck is gone. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<WorkerProcess> {
    const child = fork('dist/test/kills/billing-worker.js', [], { execArgv: [] });
    await once(child, 'message');
    return new WorkerProcess(child);
  }

  /** What it told, or SIGKILL where that ended it. Throws what went wrong in it. */
  async plays(asked: Asked): Promise<Exclude<Told, { failed: string }> | 'SIGKILL'> {
    const { child } = this;
    const first = await new Promise<
      { answer: Told } | { code: number | null; signal: string | null }
    >((resolve) => {
      const told = (answer: Told) => {
        child.off('exit', gone);
        resolve({ answer });
      };
      const gone = (code: number | null, signal: string | null) => {
        child.off('message', told);
        resolve({ code, signal });
      };
      child.once('message', told);
      child.once('exit', gone);
      child.send(asked);
    });
    if ('answer' in first) {
      if ('failed' in first.answer) throw new Error(first.answer.failed);
      return first.answer;
    }
    if (first.signal !== 'SIGKILL') throw new Error(`a worker ended with ${first.code}`);
    return 'SIGKILL';
  }

  async end(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
