import { patiently } from './patience.js';
import { type Teller } from './teller.js';

/** The pupils and families at their keyboards: they log in to the simulated ENT for the first time. */
export class EntUsers {
  constructor(
    private readonly entUrl: string,
    private readonly teller: Teller,
  ) {}

  /**
   * The first `percent` of a school's accounts of a profile, in the order of their logins, activate
   * theirs. Those who have already are among them, so a repetition activates nobody else.
   */
  async activate(uai: string, profile: 'Student' | 'Relative', percent: number): Promise<number> {
    return patiently(`ENT, activation ${uai}`, this.teller, async () => {
      const response = await fetch(`${this.entUrl}/__simulator/activate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uai, profile, percent }),
        signal: AbortSignal.timeout(20_000),
      });
      if (!response.ok) throw new Error(`the ENT answered ${response.status}`);
      return ((await response.json()) as { activated: number }).activated;
    });
  }
}
