import type { PlanGiven } from '../../../apps/membership/src/successions/prepare-plan.js';
import { ancenis, itemCode, vertou } from './membership-world.js';
import type { SuccessionWorld } from './succession-world.js';

/** A school of Ancenis, the third line of its annex 2, that is to pass to Vertou on 2023-01-01. */
const moving = '0440001M';

export class SuccessionInPart {
  private constructor(
    readonly successions: SuccessionWorld,
    readonly old: string,
    readonly heir: string,
  ) {}

  /** Ancenis committed to 412 and orders 20 more, 12 more from September 2023 on; Vertou committed to 50. */
  static async begin(successions: SuccessionWorld): Promise<SuccessionInPart> {
    const { world } = successions;
    const old = await world.activeMemberOf(
      ancenis,
      `${ancenis.uai};300\n${moving};100\n0440002N;12`,
    );
    const heir = await world.activeMember(vertou, 50);
    for (const uai of [ancenis.uai, moving]) {
      await world.finance(old, uai, ancenis.insee, { from: '2022-09-01' });
    }
    await world.order(old, ancenis.siren, 20, '2022-09-01');
    await world.order(old, ancenis.siren, -8, '2023-09-01');
    return new SuccessionInPart(successions, old, heir);
  }

  plan(over: Partial<PlanGiven> = {}): PlanGiven {
    return this.successions.planOf(this.old, vertou, '2023-01-01', {
      kind: 'PARTIAL',
      annexe2Lines: [3],
      ...over,
    });
  }

  /** Seats held in the school that moves. */
  hold(held: number): void {
    const schools = [
      { uai: moving, held },
      { uai: ancenis.uai, held: 290 },
    ];
    this.successions.seats.held.set(this.old, [{ itemCode, held: 400, schools }]);
  }
}
