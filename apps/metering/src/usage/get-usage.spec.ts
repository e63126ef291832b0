import type { Caller } from '#libs/identity';
import { type LocalDate, localDate, periodOf } from '#libs/time';
import {
  AccountFactsSource,
  type HeldUpAtSource,
  nothingIsHeldUp,
} from './account-facts-source.gateway.js';
import type { WaitingFacts } from './domain/waiting-facts.js';
import { GetUsage, GetUsageBySchool } from './get-usage.js';
import { type MeterPosition, MeterPositions } from './meter-positions.js';
import { RecountUsage } from './recount-usage.js';
import { TakeStanding } from './take-standing.js';
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
  async certificateHash(): Promise<string | undefined> {
    return undefined;
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

const nothing = {
  ...{ setAside: 0, behind: 0, unread: 0, memberships: [], ofNoMembership: 0, stopped: 0 },
};

class FixedPositions extends MeterPositions {
  constructor(
    private readonly day: LocalDate | undefined,
    private readonly told: LocalDate | undefined,
    private readonly waiting: Partial<WaitingFacts>,
    private readonly looks: string[],
  ) {
    super();
  }
  async current(): Promise<MeterPosition> {
    this.looks.push('position');
    return { waiting: { ...nothing, ...this.waiting }, cutOff: '0:12,1:7' };
  }
  async cutOff(): Promise<string> {
    return '0:12,1:7';
  }
  async toldBefore(): Promise<LocalDate | undefined> {
    return this.told;
  }
  async businessDate(): Promise<LocalDate | undefined> {
    return this.day;
  }
}

class Provisioning extends AccountFactsSource {
  constructor(
    private readonly found: HeldUpAtSource,
    private readonly looks: string[],
  ) {
    super();
  }
  async heldUp(): Promise<HeldUpAtSource> {
    this.looks.push('source');
    return this.found;
  }
}

type Situation = {
  readonly day?: string;
  readonly waiting?: Partial<WaitingFacts>;
  /** As the partitions of the account topic state. */
  readonly toldBefore?: string;
};

function usageIn(situation: Situation, looks: string[] = []) {
  const day = situation.day === undefined ? undefined : localDate(situation.day);
  const { toldBefore } = situation;
  const told = toldBefore === undefined ? undefined : localDate(toldBefore);
  const waiting = situation.waiting ?? {};
  const figures = new FewFigures();
  const positions = new FixedPositions(day, told, waiting, looks);
  const source = new Provisioning({ ...nothingIsHeldUp, ...waiting }, looks);
  const standing = new TakeStanding(positions, source);
  return {
    figures,
    usage: new GetUsage(figures, standing),
    recount: new RecountUsage(figures, positions, standing),
  };
}

const past: Situation = { day: '2023-01-19', toldBefore: '2023-01-19' };
const member = (organisationId: string) => callerOf({ roles: ['member-reader'], organisationId });
const own = member('org-200083228');

describe('asking for usage', () => {
  test('BIL-5: is complete once the period is past and nothing waits, with its cut-off', async () => {
    const stated = await usageIn(past).usage.execute(own, asked);
    expect(stated).toEqual({
      openAccounts: [{ from: '2022-10-19', openAccounts: 412 }],
      accountDays: 412 * 92,
      complete: true,
      waiting: { ...nothing, ...nothingIsHeldUp },
      cutOff: '0:12,1:7',
    });
  });

  test.each([
    ['the period still runs', { ...past, day: '2023-01-18' }],
    ['a fact is set aside', { ...past, waiting: { setAside: 1 } }],
    ['a fact waits behind another', { ...past, waiting: { behind: 1 } }],
    [
      'provisioning has set an event aside, and so states nothing',
      { day: '2023-01-19', waiting: { setAsideAtSource: 1 } },
    ],
    [
      'nobody reads the facts of an account any more',
      { day: '2023-01-19', toldBefore: '2023-01-18', waiting: { stopped: 1 } },
    ],
    [
      'provisioning reads no further, and so states nothing',
      { day: '2023-01-19', waiting: { stoppedAtSource: 1 } },
    ],
    ['no day has begun', { toldBefore: '2023-01-19' }],
    ['provisioning has stated earlier days only', { ...past, toldBefore: '2023-01-18' }],
    ['provisioning has stated no day yet', { day: '2023-01-19' }],
  ])(
    'BIL-5: is not complete while %s, and says what waits',
    async (_case, situation: Situation) => {
      const { complete, waiting } = await usageIn(situation).usage.execute(own, asked);
      expect(complete).toBe(false);
      expect(waiting).toMatchObject(situation.waiting ?? {});
    },
  );

  test.each([
    ['facts of later days wait to be read', { unread: 3 }],
    ['it is not known whether facts wait', { unread: undefined }],
  ])('BIL-5: is complete while %s: idleness is asked of nobody', async (_case, waiting) => {
    expect(await usageIn({ ...past, waiting }).usage.execute(own, asked)).toMatchObject({
      complete: true,
      waiting,
    });
  });

  test('BIL-5: asks provisioning why, only where it has not stated the days', async () => {
    const looks: string[] = [];
    await usageIn(past, looks).usage.execute(own, asked);
    expect(looks).toEqual(['position']);
    looks.length = 0;
    await usageIn({ ...past, toldBefore: '2023-01-18' }, looks).usage.execute(own, asked);
    expect(looks).toEqual(['source', 'position']);
  });

  test("SUP-3: does not exist for another member, nor does another's by school", async () => {
    const other = member('org-214402158');
    const { usage } = usageIn(past);
    await expect(usage.execute(other, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      new GetUsageBySchool(new FewFigures()).execute(other, asked),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('SUP-1: does not exist outside the markets of the token', async () => {
    const elsewhere = callerOf({ ...own, roles: ['member-reader'], markets: ['e-primo-2026'] });
    const { usage } = usageIn(past);
    await expect(usage.execute(elsewhere, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  const recount = (caller: Caller, membershipId: string, situation = past) => {
    const { figures, recount: use } = usageIn(situation);
    return { figures, done: use.execute(caller, membershipId) };
  };
  const coordinator = callerOf({ roles: ['coordinator'] });

  test('MTR-1: recounts up to the day that is not over', async () => {
    expect((await recount(coordinator, '').done).until).toBe('2023-01-19');
  });

  test.each([
    ['nothing waits', past, true],
    ['a fact is set aside', { ...past, waiting: { setAside: 1 } }, false],
    ['facts of later days wait to be read', { ...past, waiting: { unread: 3 } }, true],
    ['provisioning has not stated all', { day: '2023-01-19' }, false],
  ])('MTR-2: tells of a recount while %s what waits', async (_case, situation, complete) => {
    const stated = await recount(coordinator, '', situation as Situation).done;
    expect(stated).toMatchObject({
      differences: 0,
      complete,
      waiting: (situation as Situation).waiting ?? {},
    });
  });

  test('SUP-1: recounts the markets of the token, and everything for a process only', async () => {
    const limited = recount(coordinator, '');
    await limited.done;
    expect(limited.figures.recounted).toEqual([['e-primo-2022']]);
    const all = recount(callerOf({ roles: ['player'] }), '');
    await all.done;
    expect(all.figures.recounted).toEqual([undefined]);
  });

  test.each([
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
