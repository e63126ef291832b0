const timeoutMs = 60_000;
const dayMs = 86_400_000;

type State = { readonly deleted: number };

/**
 * Who operates the ENT: its backups, and its clock, which the played days do not move. These are the simulator's own
 * routes; none of them tells anything of anybody.
 */
export class EntOperator {
  constructor(private readonly url: string) {}

  async backUp(): Promise<void> {
    await this.post('backup');
  }

  /** As it was at the last backup. */
  async putBack(): Promise<void> {
    await this.post('restore');
  }

  /** So many days pass there where somebody lies in its trash. Returns how many were taken away. */
  async emptyTrash(days: number): Promise<number> {
    const before = (await this.state()).deleted;
    if (before > 0) await this.post('clock', { advanceMs: days * dayMs });
    return before - (await this.state()).deleted;
  }

  private async state(): Promise<State> {
    return JSON.parse(await this.ask('')) as State;
  }

  private async post(what: string, body: object = {}): Promise<void> {
    await this.ask(`/${what}`, { method: 'POST', body: JSON.stringify(body) });
  }

  private async ask(path: string, more: RequestInit = {}): Promise<string> {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${this.url}/__simulator${path}`, { ...more, signal });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the ENT's operator was answered: ${text}`);
    return text;
  }
}
