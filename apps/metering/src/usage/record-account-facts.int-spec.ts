import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { Commands } from '#libs/commands';
import { CertifiedUsageChangedSchema } from '#libs/contracts';
import { addDays, localDate, type Period, periodOf } from '#libs/time';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { callerOf, type FreshDatabase, freshDatabase } from '#libs/testing';
import { AccountFacts, type RecordedFact } from './account-facts.pg.js';
import { Certificates } from './certificates/certificates.pg.js';
import { TellLateFacts } from './certificates/tell-late-facts.js';
import { certificateOf, CertifyUsage, sha256Of } from './certificates/certify-usage.js';
import { ViewCertificates } from './certificates/view-certificates.js';
import {
  type Certificate,
  certificateText,
  certificateViolations,
  lateViolations,
} from './domain/certificate.js';
import type { MeterPositions } from './meter-positions.js';
import { RecordAccountFacts } from './record-account-facts.js';
import type { TakeStanding } from './take-standing.js';
import { PgUsageReader } from './usage.pg-reader.js';

/** The meter on a real PostgreSQL: what the batches leave behind is what the facts say. */
describe('the meter', () => {
  let stack: FreshDatabase;
  let reader: PgUsageReader;
  let certificates: Certificates;
  let record: RecordAccountFacts;

  beforeAll(async () => {
    stack = await freshDatabase('metering');
    await stack.database.query("update platform.business_day set day = '2026-09-01'");
    certificates = new Certificates(stack.database);
    record = new RecordAccountFacts(
      new AccountFacts(),
      certificates,
      new TellLateFacts(certificates, new PgOutbox()),
    );
    reader = new PgUsageReader(stack.database);
  });
  afterAll(() => stack?.drop());

  const item = 'COMPTE_ELEVE';
  const until = localDate('2023-01-19');
  const take = (facts: readonly RecordedFact[], shard = 0) =>
    stack.unitOfWork.run((tx) => record.execute(tx, shard, facts));
  const factOf = (accountId: string, sequence: number, on: string, open: boolean) => ({
    accountId,
    sequence,
    effectiveOn: localDate(on),
    isOpen: open,
    membershipId: 'm-story',
    itemCode: item,
    uai: '0440001A',
    ...{ profile: 1, isActivated: false },
  });

  test('MTR-1, MTR-3: counts open days, and a late fact changes just the days that it concerns', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await take([factOf(first, 1, '2022-10-19', true), factOf(second, 1, '2022-11-03', true)]);
    const period = periodOf('2022-10-19', '2023-01-19');
    expect(await reader.bySchool('m-story', item, period)).toEqual([
      { uai: '0440001A', accountDays: 92 + 77, openAtEnd: 2 },
    ]);

    await take([factOf(second, 2, '2022-11-10', false)]);
    expect(await reader.changes('m-story', item, until)).toEqual([
      { day: '2022-10-19', delta: 1 },
      { day: '2022-11-03', delta: 1 },
      { day: '2022-11-10', delta: -1 },
    ]);
    expect(await reader.recount('m-story', until, undefined)).toEqual({
      meteredAccountDays: 99n,
      recountedAccountDays: 99n,
      differences: 0,
      accounts: 2,
    });
  });

  test('MTR-1: counts nothing for who is financed by nobody or has no item', async () => {
    const before = await reader.recount('', until, undefined);
    await take([
      { ...factOf(randomUUID(), 1, '2022-10-19', true), membershipId: '' },
      { ...factOf(randomUUID(), 1, '2022-10-19', true), itemCode: '' },
    ]);
    expect(await reader.recount('', until, undefined)).toEqual(before);
  });

  test('MKT-5: an account handed over on the boundary counts on each day for one membership, none lost or twice', async () => {
    const [from, to] = [randomUUID(), randomUUID()];
    const handed = [randomUUID(), randomUUID(), randomUUID()];
    const of = (membershipId: string, sequence: number, on: string) =>
      handed.map((accountId) => ({ ...factOf(accountId, sequence, on, true), membershipId }));
    // Told in the wrong order, and twice: the boundary came first.
    await take(of(to, 2, '2026-07-19'));
    await take([...of(from, 1, '2026-06-01'), ...of(to, 2, '2026-07-19')]);
    const end = localDate('2026-09-01');
    expect(await reader.changes(from, item, end)).toEqual([
      { day: '2026-06-01', delta: 3 },
      { day: '2026-07-19', delta: -3 },
    ]);
    expect(await reader.changes(to, item, end)).toEqual([{ day: '2026-07-19', delta: 3 }]);
    const days = async (membershipId: string) =>
      (await reader.bySchool(membershipId, item, periodOf('2026-06-01', '2026-09-01'))).map(
        ({ accountDays, openAtEnd }) => ({ accountDays, openAtEnd }),
      );
    // 48 days up to 18 July and 44 from the 19th on: 92 in all, as without a handover.
    expect(await days(from)).toEqual([{ accountDays: 3 * 48, openAtEnd: 0 }]);
    expect(await days(to)).toEqual([{ accountDays: 3 * 44, openAtEnd: 3 }]);
  });

  test('MTR-2: any batches, in any order, with repeats, equal the recount; the recount sees a fault', async () => {
    const start = localDate('2022-09-01');
    const accounts = Array.from({ length: 5 }, () => randomUUID());
    const fact = fc.record({
      account: fc.nat(accounts.length - 1),
      on: fc.nat(60),
      isOpen: fc.boolean(),
      place: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        async (entries, dice) => {
          const run = randomUUID();
          const sequences = new Map<string, number>();
          const facts = entries.map(({ account, on, isOpen, place }): RecordedFact => {
            // New accounts for each run, so that runs do not meet.
            const accountId = run.slice(0, 30) + String(account).padStart(6, '0');
            const sequence = (sequences.get(accountId) ?? 0) + 1;
            sequences.set(accountId, sequence);
            return {
              accountId,
              sequence,
              effectiveOn: addDays(start, on),
              isOpen,
              membershipId: `${run}-${place}`,
              itemCode: item,
              uai: `044000${place}A`,
              ...{ profile: 1, isActivated: false },
            };
          });
          const arrivals = [...facts, ...facts]
            .map((arrived) => ({ arrived, rank: dice.next().value as number }))
            .sort((left, right) => left.rank - right.rank)
            .map(({ arrived }) => arrived);
          for (let at = 0; at < arrivals.length; at += 7)
            await take(arrivals.slice(at, at + 7), at % 3);
          expect((await reader.recount('', until, undefined)).differences).toBe(0);
        },
      ),
      {
        numRuns: Number(process.env['FC_RUNS'] ?? 25),
        ...(process.env['FC_SEED'] ? { seed: Number(process.env['FC_SEED']) } : {}),
      },
    );
    const all = await reader.recount('', until, undefined);
    expect(all.meteredAccountDays).toBe(all.recountedAccountDays);

    await stack.database.query(`update usage_change set delta = delta + 1
      where (membership_id, item_code, uai, day, shard) in
        (select membership_id, item_code, uai, day, shard from usage_change order by day limit 1)`);
    expect(await reader.recount('', until, undefined)).toMatchObject({ differences: 1 });
  });

  /** Day by day and account by account: as the rule is written, and not as either way counts. */
  function daysByHand(facts: readonly RecordedFact[], membershipId: string, period: Period) {
    let days = 0n;
    const used = new Set<string>();
    const accounts = Map.groupBy(facts, ({ accountId }) => accountId);
    for (let day = period.start; day < period.end; day = addDays(day, 1)) {
      for (const [accountId, told] of accounts) {
        const inEffect = told.filter(({ effectiveOn }) => effectiveOn <= day);
        const last = inEffect.reduce<RecordedFact | undefined>(
          (found, one) => (found && found.sequence > one.sequence ? found : one),
          undefined,
        );
        if (!last?.isOpen || last.membershipId !== membershipId || last.itemCode === '') continue;
        days += 1n;
        used.add(accountId);
      }
    }
    return { accountDays: days, accounts: BigInt(used.size) };
  }

  test('MTR-3, BIL-5: who joins and leaves on any day is certified as counted by hand; late facts are told to the account-day, and no certificate changes', async () => {
    const period = periodOf('2023-10-01', '2024-04-19');
    await stack.database.query(
      `insert into days_told select n, '2026-09-01' from generate_series(0, 5) as n on conflict do nothing`,
    );
    const fact = fc.record({
      account: fc.nat(2),
      // From before the period to behind it: both nights of the clock change, 29 February, its first and last day.
      on: fc.oneof(
        fc.integer({ min: -20, max: 230 }),
        fc.constantFrom(28, 29, 151, 152, 182, 183, 0, 201),
      ),
      isOpen: fc.boolean(),
      place: fc.nat(1),
    });
    const some = fc.array(fact, { maxLength: 12 });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(some, some, fc.boolean(), async (early, late, backwards) => {
        const run = randomUUID();
        const market = `any-${(n += 1)}`;
        const members = [`${run}-0`, `${run}-1`] as const;
        for (const membershipId of members) {
          await stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
            ...[membershipId, market],
          ]);
        }
        const facts = [...early, ...late].map(
          ({ account, on, isOpen, place }, at): RecordedFact => ({
            accountId: run.slice(0, 30) + String(account).padStart(6, '0'),
            sequence: at + 1,
            effectiveOn: addDays(period.start, on),
            ...{ isOpen, membershipId: members[place]!, itemCode: item, uai: `044000${place}A` },
            ...{ profile: 1, isActivated: false },
          }),
        );
        const known = facts.slice(0, early.length);
        const after = facts.slice(early.length);
        await take(backwards ? known.toReversed() : known);
        const certify = () =>
          stack.unitOfWork.run(async (tx) => {
            const intake = await certificates.closeIntake(tx);
            const asked = { marketCode: market, period, only: [] };
            const counted = await certificates.counted(tx, asked);
            const standing = await certificates.standing(tx, asked);
            const now = { intake, positions: '0:1', toldBefore: period.end };
            const given = counted.flatMap((usage) => {
              const last = standing.get(usage.membershipId);
              return last?.ofPeriod?.usageSha256 === usage.usageSha256
                ? []
                : [certificateOf(usage, last, { ...now, period, today: localDate('2026-09-01') })];
            });
            await certificates.add(tx, given);
            return given;
          });
        const given = await certify();
        expect(
          given.map(({ membershipId, accountDays, accounts }) => ({
            membershipId,
            accountDays,
            accounts,
          })),
        ).toEqual(members.map((id) => ({ membershipId: id, ...daysByHand(known, id, period) })));

        for (const one of backwards ? after.toReversed() : after) await take([one]);
        const seen = await Promise.all(members.map((id) => certificates.ofMembership(id, 1)));
        expect(seen.flat().map(({ accountDaysNow }) => accountDaysNow)).toEqual(
          members.map((id) => daysByHand(facts, id, period).accountDays),
        );
        // As told to whoever invoices: certified and told together are what is counted by now.
        const sent = await stack.database.column<Buffer>(
          `select value from platform.outbox where topic = 'metering.usage.v1' and key = any($1)`,
          [members],
        );
        const told = sent.map((value) => fromBinary(CertifiedUsageChangedSchema, value));
        for (const { certificateId, accountDays, accountDaysNow } of seen.flat()) {
          const late = told.filter((one) => one.certificateId === certificateId);
          const days = late.reduce((sum, one) => sum + one.accountDays, accountDays);
          expect(days).toBe(accountDaysNow);
        }
        const all = await certificates.all('', market);
        const again = await certificates.countedAgain(given[0]!.intake, all);
        for (const id of members) {
          const own = all.filter(({ membershipId }) => membershipId === id);
          expect(certificateViolations(own, again, sha256Of)).toEqual([]);
        }
        // Certified again: only whose usage has changed, and what came after is in it.
        const renewed = await certify();
        const withRenewed = await certificates.all('', market);
        expect(lateViolations(withRenewed, await certificates.late(withRenewed))).toEqual([]);
        for (const one of renewed) {
          expect(one).toMatchObject({
            revision: 1,
            ...daysByHand(facts, one.membershipId, period),
          });
        }
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 25) },
    );
  });

  /** The command, of a period that is told. */
  function certifying(period: Period, by = certificates): CertifyUsage {
    const { unitOfWork, database } = stack;
    return new CertifyUsage(
      new Commands(unitOfWork, new PgBusinessDate(database)),
      unitOfWork,
      { execute: () => Promise.resolve({ complete: true }) } as unknown as TakeStanding,
      {
        cutOff: () => Promise.resolve('0:1'),
        toldBefore: () => Promise.resolve(period.end),
      } as unknown as MeterPositions,
      by,
    );
  }

  test('MTR-3: after late facts of two members one is certified anew alone; one of another market is nobody’s', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    const members = ['alone-a', 'alone-b', 'alone-c'] as const;
    for (const id of [...members, 'alone-elsewhere']) {
      await stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
        ...[id, id === 'alone-elsewhere' ? 'elsewhere' : 'alone'],
      ]);
    }
    await stack.database.query(
      `insert into days_told select n, '2026-09-01' from generate_series(0, 5) as n on conflict do nothing`,
    );
    const opened = (membershipId: string, on: string) =>
      take([{ ...factOf(randomUUID(), 1, on, true), membershipId }]);
    for (const id of members) await opened(id, '2022-10-19');
    const caller = callerOf({ roles: ['supplier'], markets: ['alone'] });
    const certify = (...membershipIds: string[]) =>
      certifying(period).execute({ marketCode: 'alone', membershipIds, period, caller });
    const revisions = async () =>
      (await certificates.all('', 'alone')).map(
        ({ membershipId, revision }) => `${membershipId} ${revision}`,
      );
    expect(await certify()).toEqual({ memberships: 3, certified: 3, accountDays: '276' });
    await opened('alone-a', '2023-01-18');
    await opened('alone-b', '2023-01-17');
    expect(await certify('alone-b')).toEqual({ memberships: 1, certified: 1, accountDays: '94' });
    const once = ['alone-a 0', 'alone-b 0', 'alone-b 1', 'alone-c 0'];
    expect(await revisions()).toEqual(once);
    expect(await certify('alone-c', 'alone-b')).toMatchObject({ memberships: 2, certified: 0 });
    for (const other of ['alone-elsewhere', 'alone-nobody'])
      await expect(certify('alone-a', other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await revisions()).toEqual(once);
  });

  test.each([1, 5])(
    'BIL-5: facts that come while a period is counted wait for nobody, and are certified (%s of them, one a count)',
    async (comeDuringCounts) => {
      const market = `counted-${comeDuringCounts}`;
      const membershipId = `m-${market}`;
      const period = periodOf('2022-10-19', '2023-01-19');
      await stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
        ...[membershipId, market],
      ]);
      await stack.database.query(
        `insert into days_told select n, '2026-09-01' from generate_series(0, 5) as n on conflict do nothing`,
      );
      const another = () =>
        take([{ ...factOf(randomUUID(), 1, '2023-01-18', true), membershipId }]);
      await another();
      let counts = 0;
      class Disturbed extends Certificates {
        override async counted(...asked: Parameters<Certificates['counted']>) {
          const counted = await super.counted(...asked);
          counts += 1;
          // Behind the lock none could be taken in: after three counts it is held.
          if (counts <= Math.min(3, comeDuringCounts)) await another();
          return counted;
        }
      }
      const certify = certifying(period, new Disturbed(stack.database));
      const caller = callerOf({ roles: ['coordinator'], markets: [market] });
      const accountDays = 1 + Math.min(3, comeDuringCounts);
      expect(await certify.execute({ marketCode: market, period, caller })).toEqual({
        ...{ memberships: 1, certified: 1, accountDays: String(accountDays) },
      });
      expect(counts).toBe(comeDuringCounts === 1 ? 2 : 4);
      const all = await certificates.all(membershipId, '');
      const again = await certificates.countedAgain(all[0]!.intake, all);
      expect(certificateViolations(all, again, sha256Of)).toEqual([]);
    },
  );

  test('BIL-5: a certificate is given once, stands, and a forged one is refused or found', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    await stack.database.query(`insert into membership_copy values ('m-forged', 'o', 'forged')`);
    const forged = { ...factOf(randomUUID(), 1, '2022-11-01', true), membershipId: 'm-forged' };
    await take([forged]);
    const usage = {
      membershipId: 'm-forged',
      accounts: 1n,
      accountDays: 92n,
      usageSha256: 'a'.repeat(64),
    };
    const intake = await stack.unitOfWork.run((tx) => certificates.closeIntake(tx));
    const now = { intake, positions: '0:1', toldBefore: period.end, period };
    const right = certificateOf(usage, undefined, { ...now, today: localDate('2026-09-01') });
    const write = (over: Partial<Certificate>) =>
      stack.unitOfWork.run((tx) => certificates.add(tx, [{ ...right, ...over }]));
    const sealed = (over: Partial<Certificate>) => {
      const one = { ...right, ...over };
      return write({ ...one, sha256: sha256Of(certificateText(one)) });
    };
    for (const refused of [
      write({ accountDays: 93n }),
      sealed({ certifiedOn: localDate('2026-08-31') }),
      sealed({ rank: 2 }),
      sealed({ revision: 1 }),
      sealed({ previous: 'b'.repeat(64) }),
      sealed({ toldBefore: localDate('2026-10-01') }),
      sealed({ intake: 0n }),
      sealed({ intake: 2n ** 63n - 1n }),
      sealed({ period: periodOf('2026-08-01', '2026-09-02') }),
    ]) {
      await expect(refused).rejects.toThrow(/does not follow|violates check/);
    }
    // Sealed as any, of the day, and nothing of it is true: only counting again finds it.
    await write({});
    const all = await certificates.all('m-forged', '');
    const again = await certificates.countedAgain(now.intake, all);
    expect(certificateViolations(all, again, sha256Of)).toEqual([
      expect.stringMatching(
        /92 jours-comptes de 1 comptes, les faits en donnent 79 de 1 ; l’usage/,
      ),
    ]);
    for (const sql of [
      'update cut_off_certificate set accounts = 0',
      'delete from certificate_change',
    ]) {
      await expect(stack.database.query(sql)).rejects.toThrow('permission denied');
      await expect(stack.asOwner(sql)).rejects.toThrow('append-only');
    }
  });

  test('MTR-3: a late change that no fact made, one taken away, and a fact slipped into what was counted are found', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    const ids = ['late-forged', 'late-lost', 'late-slipped'];
    for (const id of ids)
      await stack.database.query(`insert into membership_copy values ($1, 'o', 'late')`, [id]);
    const opened = (membershipId: string, on: string) => ({
      ...{ ...factOf(randomUUID(), 1, on, true), membershipId },
    });
    await take(ids.map((id) => opened(id, '2022-10-19')));
    const caller = callerOf({ roles: ['supplier'], markets: ['late'] });
    await certifying(period).execute({ marketCode: 'late', period, caller });
    await take(ids.map((id) => opened(id, '2023-01-09')));
    const verified = async () => {
      const view = new ViewCertificates(reader, certificates);
      const { violations } = await view.verifyMarket(caller, 'late');
      return violations.map((text) => text.replace(/^.*adhésion (\S+),[^:]*: /, '$1 : '));
    };
    expect(await verified()).toEqual([]);
    const certificateOfMember = (id: string) =>
      `(select certificate_id from cut_off_certificate where membership_id = '${id}')`;
    // As the service's own role, and behind the back of the triggers.
    await stack.database.query(
      `insert into certificate_change (certificate_id, item_code, uai, first_day, account_days, arrived_on)
       values (${certificateOfMember('late-forged')}, '${item}', '0440001A', '2022-12-01', -30, '2026-09-01')`,
    );
    await stack.asOwner(
      `set session_replication_role = replica; delete from certificate_change where certificate_id = ${certificateOfMember('late-lost')}`,
    );
    await stack.database.query(
      `insert into account_fact (account_id, sequence, effective_on, is_open, membership_id, item_code, uai, intake)
       values (gen_random_uuid(), 1, '2022-12-20', true, 'late-slipped', '${item}', '0440001A', 1)`,
    );
    expect(await verified()).toEqual([
      expect.stringMatching(/^late-slipped : il dit 92 .* les faits en donnent 122 de 2/),
      'late-forged : avec ce qui est gardé de faits tardifs, il en fait 72 jours-comptes, les faits en donnent 102.',
      'late-lost : avec ce qui est gardé de faits tardifs, il en fait 92 jours-comptes, les faits en donnent 102.',
      'late-slipped : avec ce qui est gardé de faits tardifs, il en fait 102 jours-comptes, les faits en donnent 132.',
    ]);
  });

  test('MTR-1: tells the changes of a market page by page, the days of each shard and school together', async () => {
    await stack.database.query(
      `insert into membership_copy (membership_id, organisation_id, market_code)
       values ('page-a', 'o', 'paged'), ('page-b', 'o', 'paged'), ('page-c', 'o', 'other')`,
    );
    const opened = (accountId: string, sequence: number, on: string, uai: string) => ({
      ...factOf(accountId, sequence, on, true),
      ...{ membershipId: 'page-b', uai },
    });
    const [first, second] = [randomUUID(), randomUUID()];
    await take([opened(first, 1, '2022-10-19', '0440001A')]);
    await take([opened(second, 1, '2022-10-19', '0440002B')], 1);
    // To another school on one day, and out of the figures from the day asked on.
    await take([opened(first, 2, '2022-11-03', '0440002B')]);
    await take([{ ...opened(second, 2, '2023-01-19', '0440002B'), isOpen: false }], 1);
    const page = (after: string, limit: number) =>
      reader.ofMarket('paged', until, { after, limit });
    const ofB = {
      membershipId: 'page-b',
      items: [{ itemCode: item, changes: [{ day: '2022-10-19', delta: 2 }] }],
    };
    expect(await page('', 1)).toEqual([{ membershipId: 'page-a', items: [] }]);
    expect(await page('page-a', 1)).toEqual([ofB]);
    expect(await page('', 10)).toEqual([{ membershipId: 'page-a', items: [] }, ofB]);
  });

  test('MTR-2: refuses to change a fact that was taken', async () => {
    await expect(stack.asOwner('update account_fact set is_open = not is_open')).rejects.toThrow(
      'append-only',
    );
  });
});
