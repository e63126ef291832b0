import { type Caller } from '#libs/identity';
import { type LocalDate, localDate, periodOf } from '#libs/time';
import { AccountFactsSource } from './account-facts-source.gateway.js';
import { GetUsage, GetUsageBySchool } from './get-usage.js';
import { type MeterPosition, MeterPositions } from './meter-positions.js';
import { RecountUsage } from './recount-usage.js';
import {
  type MembershipKnown,
  type MembershipUsage,
  type Recount,
  type UsageAt,
  UsageReader,
} from './usage.reader.js';
import { callerOf } from '#libs/testing';

const period = periodOf('2022-10-19', '2023-01-19');
const asked = { membershipId: 'm1', itemCode: 'COMPTE_ELEVE', period };

class FewFigures extends UsageReader {
  /** The markets of each recount. */
  readonly recounted: (readonly string[] | undefined)[] = [];

  async membership(membershipId: string): Promise<MembershipKnown | undefined> {
    return membershipId === 'm1'
      ? { organisationId: 'org-200083228', marketCode: 'e-primo-2022' }
      : undefined;
  }
  async changes(): Promise<UsageAt[]> {
    return [{ day: localDate('2022-10-19'), delta: 412 }];
  }
  async ofMarket(): Promise<MembershipUsage[]> {
    return [];
  }
  async bySchool() {
    return [{ uai: '0440437L', accountDays: 37_904, openAtEnd: 412 }];
  }
  async recount(
    _membershipId: string,
    until: LocalDate,
    markets: readonly string[] | undefined,
  ): Promise<Recount> {
    this.recounted.push(markets);
    const days = BigInt(until.length);
    return { meteredAccountDays: days, recountedAccountDays: days, differences: 0, accounts: 1 };
  }
}

class FixedPositions extends MeterPositions {
  constructor(
    private readonly day: LocalDate | undefined,
    private readonly lag: bigint | undefined,
    private readonly looks: string[],
  ) {
    super();
  }
  async current(): Promise<MeterPosition> {
    this.looks.push('position');
    return { lag: this.lag, cutOff: '0:12,1:7' };
  }
  async businessDate(): Promise<LocalDate | undefined> {
    return this.day;
  }
}

/** Provisioning as it may be: at a day and quiet, or busy, or not to be asked. */
class Provisioning extends AccountFactsSource {
  constructor(
    private readonly quietAt: string | undefined,
    private readonly looks: string[],
  ) {
    super();
  }
  async hasStatedAllBefore(day: LocalDate): Promise<boolean> {
    this.looks.push('source');
    return this.quietAt !== undefined && this.quietAt >= day;
  }
}

type Situation = { readonly day?: string; readonly lag?: bigint; readonly quietAt?: string };

function usageIn(situation: Situation, looks: string[] = []): GetUsage {
  const day = situation.day === undefined ? undefined : localDate(situation.day);
  return new GetUsage(
    new FewFigures(),
    new FixedPositions(day, situation.lag, looks),
    new Provisioning(situation.quietAt, looks),
  );
}

const past: Situation = { day: '2023-01-19', lag: 0n, quietAt: '2023-01-19' };
const member = (organisationId: string) => callerOf({ roles: ['member-reader'], organisationId });
const own = member('org-200083228');

describe('asking for usage', () => {
  it('BIL-5: is complete once the period is past and nothing waits, with its cut-off', async () => {
    const stated = await usageIn(past).execute(own, asked);
    expect(stated).toEqual({
      openAccounts: [{ from: '2022-10-19', openAccounts: 412 }],
      accountDays: 412 * 92,
      complete: true,
      cutOff: '0:12,1:7',
    });
  });

  it.each([
    ['the period still runs', { ...past, day: '2023-01-18' }],
    ['facts wait to be counted', { ...past, lag: 3n }],
    ['it is not known whether facts wait', { day: '2023-01-19', quietAt: '2023-01-19' }],
    ['no day has begun', { lag: 0n, quietAt: '2023-01-19' }],
    ['provisioning stands at an earlier day', { ...past, quietAt: '2023-01-18' }],
    ['provisioning works, or cannot be asked', { day: '2023-01-19', lag: 0n }],
  ])('BIL-5: is not complete while %s', async (_case, situation: Situation) => {
    const stated = await usageIn(situation).execute(own, asked);
    expect(stated.complete).toBe(false);
  });

  it('BIL-5: asks provisioning before it looks at its own position, and only once the period is past', async () => {
    const looks: string[] = [];
    await usageIn(past, looks).execute(own, asked);
    expect(looks).toEqual(['source', 'position']);
    looks.length = 0;
    await usageIn({ ...past, day: '2023-01-18' }, looks).execute(own, asked);
    expect(looks).toEqual(['position']);
  });

  it("SUP-3: does not exist for another member, nor does another's by school", async () => {
    const other = member('org-214402158');
    const usage = usageIn(past);
    await expect(usage.execute(other, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      new GetUsageBySchool(new FewFigures()).execute(other, asked),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('SUP-1: does not exist outside the markets of the token', async () => {
    const elsewhere = callerOf({ ...own, roles: ['member-reader'], markets: ['e-primo-2026'] });
    const usage = usageIn(past);
    await expect(usage.execute(elsewhere, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  const recount = (caller: Caller, membershipId: string) => {
    const figures = new FewFigures();
    const positions = new FixedPositions(localDate('2023-01-19'), 0n, []);
    return { figures, done: new RecountUsage(figures, positions).execute(caller, membershipId) };
  };
  const coordinator = callerOf({ roles: ['coordinator'] });

  it('MTR-1: recounts up to the day that is not over', async () => {
    expect((await recount(coordinator, '').done).until).toBe('2023-01-19');
  });

  it('SUP-1: recounts the markets of the token, and everything for a process only', async () => {
    const limited = recount(coordinator, '');
    await limited.done;
    expect(limited.figures.recounted).toEqual([['e-primo-2022']]);
    const all = recount(callerOf({ roles: ['player'] }), '');
    await all.done;
    expect(all.figures.recounted).toEqual([undefined]);
  });

  it.each([
    [
      'outside the markets of the token',
      callerOf({ roles: ['coordinator'], markets: ['e-primo-2026'] }),
      'm1',
    ],
    ['that nobody knows', coordinator, 'm2'],
  ])('SUP-1: recounts no membership %s', async (_case, caller, membershipId) => {
    const { figures, done } = recount(caller, membershipId);
    await expect(done).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(figures.recounted).toEqual([]);
  });
});
