import { type Caller } from '#libs/identity';
import { type LocalDate, localDate, periodOf } from '#libs/time';
import { GetUsage, GetUsageBySchool } from './get-usage.js';
import { type MeterPosition, MeterPositions } from './meter-position.js';
import { RecountUsage } from './recount-usage.js';
import { type MembershipKnown, type Recount, type UsageAt, UsageReader } from './usage.reader.js';

const period = periodOf('2022-10-19', '2023-01-19');
const asked = { membershipId: 'm1', itemCode: 'COMPTE_ELEVE', period };

class FewFigures extends UsageReader {
  async membership(membershipId: string): Promise<MembershipKnown | undefined> {
    return membershipId === 'm1'
      ? { organisationId: 'org-200083228', marketCode: 'e-primo-2022' }
      : undefined;
  }
  async changes(): Promise<UsageAt[]> {
    return [{ day: localDate('2022-10-19'), delta: 412 }];
  }
  async bySchool() {
    return [{ uai: '0440437L', accountDays: 37_904n, openAtEnd: 412n }];
  }
  async recount(_membershipId: string, until: LocalDate): Promise<Recount> {
    const days = BigInt(until.length);
    return { meteredAccountDays: days, recountedAccountDays: days, differences: 0n, accounts: 1n };
  }
}

class FixedPositions extends MeterPositions {
  constructor(private readonly position: MeterPosition) {
    super();
  }
  async current(): Promise<MeterPosition> {
    return this.position;
  }
  async businessDate(): Promise<LocalDate | undefined> {
    return this.position.businessDate;
  }
}

const at = (businessDate: string, lag = 0n) =>
  new FixedPositions({ businessDate: localDate(businessDate), lag, cutOff: '0:12,1:7' });
const member = (organisationId: string): Caller => ({
  userId: 'u',
  roles: ['member-reader'],
  organisationId,
  uais: [],
  markets: ['e-primo-2022'],
});
const own = member('org-200083228');

describe('asking for usage', () => {
  it('BIL-5: is complete once the period is past and nothing waits, with its cut-off', async () => {
    const stated = await new GetUsage(new FewFigures(), at('2023-01-19')).execute(own, asked);
    expect(stated).toEqual({
      openAccounts: [{ from: '2022-10-19', openAccounts: 412 }],
      accountDays: BigInt(412 * 92),
      complete: true,
      cutOff: '0:12,1:7',
    });
  });

  it.each([
    ['the period still runs', at('2023-01-18')],
    ['facts wait to be counted', at('2023-01-19', 3n)],
    ['no day has begun', new FixedPositions({ lag: 0n, cutOff: '' })],
  ])('BIL-5: is not complete while %s', async (_case, positions) => {
    const stated = await new GetUsage(new FewFigures(), positions).execute(own, asked);
    expect(stated.complete).toBe(false);
  });

  it("SUP-3: does not exist for another member, nor does another's by school", async () => {
    const other = member('org-214402158');
    const usage = new GetUsage(new FewFigures(), at('2023-01-19'));
    await expect(usage.execute(other, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      new GetUsageBySchool(new FewFigures()).execute(other, asked),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('SUP-1: does not exist outside the markets of the token', async () => {
    const elsewhere = { ...own, markets: ['e-primo-2026'] };
    const usage = new GetUsage(new FewFigures(), at('2023-01-19'));
    await expect(usage.execute(elsewhere, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('MTR-1: recounts up to the day that is not over', async () => {
    const recount = await new RecountUsage(new FewFigures(), at('2023-01-19')).execute('');
    expect(recount.until).toBe('2023-01-19');
  });
});
