import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { Commands } from '#libs/commands';
import { CertifiedUsageChangedSchema } from '#libs/contracts';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf } from '#libs/testing';
import { addDays, localDate, type Period, periodOf } from '#libs/time';
import { factOf, item, MeterBed } from '../../../test/meter-bed.test-support.js';
import type { RecordedFact } from '../account-facts.pg.js';
import {
  type Certificate,
  certificateText,
  certificateViolations,
  lateViolations,
} from '../domain/certificate.js';
import type { MeterPositions } from '../meter-positions.js';
import type { TakeStanding } from '../take-standing.js';
import { certificateOf, CertifyUsage, sha256Of } from './certify-usage.js';
import { UsageCounts } from './usage-counts.pg.js';
import { ViewCertificates } from './view-certificates.js';

/** What is certified of facts is what they say, counted by hand; what is forged or slipped in is refused or found. */
describe('certificates', () => {
  let bed: MeterBed;
  beforeAll(async () => (bed = await MeterBed.open()));
  afterAll(() => bed.stack.drop());

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
    await bed.stack.database.query(
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
          await bed.stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
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
        await bed.take(backwards ? known.toReversed() : known);
        const certify = () =>
          bed.stack.unitOfWork.run(async (tx) => {
            const intake = await bed.certificates.closeIntake(tx);
            const asked = { marketCode: market, period, only: [] };
            const counted = await bed.counts.counted(tx, asked);
            const standing = await bed.certificates.standing(tx, asked);
            const now = { intake, positions: '0:1', toldBefore: period.end };
            const given = counted.flatMap((usage) => {
              const last = standing.get(usage.membershipId);
              return last?.ofPeriod?.usageSha256 === usage.usageSha256
                ? []
                : [certificateOf(usage, last, { ...now, period, today: localDate('2026-09-01') })];
            });
            await bed.certificates.add(tx, given);
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

        for (const one of backwards ? after.toReversed() : after) await bed.take([one]);
        const seen = await Promise.all(members.map((id) => bed.certificates.ofMembership(id, 1)));
        expect(seen.flat().map(({ accountDaysNow }) => accountDaysNow)).toEqual(
          members.map((id) => daysByHand(facts, id, period).accountDays),
        );
        // As told to whoever invoices: certified and told together are what is counted by now.
        const sent = await bed.stack.database.column<Buffer>(
          `select value from platform.outbox where topic = 'metering.usage.v1' and key = any($1)`,
          [members],
        );
        const told = sent.map((value) => fromBinary(CertifiedUsageChangedSchema, value));
        for (const { certificateId, accountDays, accountDaysNow } of seen.flat()) {
          const late = told.filter((one) => one.certificateId === certificateId);
          const days = late.reduce((sum, one) => sum + one.accountDays, accountDays);
          expect(days).toBe(accountDaysNow);
        }
        const all = await bed.certificates.all('', market);
        const again = await bed.counts.countedAgain(given[0]!.intake, all);
        for (const id of members) {
          const own = all.filter(({ membershipId }) => membershipId === id);
          expect(certificateViolations(own, again, sha256Of)).toEqual([]);
        }
        // Certified again: only whose usage has changed, and what came after is in it.
        const renewed = await certify();
        const withRenewed = await bed.certificates.all('', market);
        expect(lateViolations(withRenewed, await bed.counts.late(withRenewed))).toEqual([]);
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
  function certifying(period: Period, by = bed.counts): CertifyUsage {
    const { unitOfWork, database } = bed.stack;
    return new CertifyUsage(
      new Commands(unitOfWork, new PgBusinessDate(database)),
      unitOfWork,
      { execute: () => Promise.resolve({ complete: true }) } as unknown as TakeStanding,
      {
        cutOff: () => Promise.resolve('0:1'),
        toldBefore: () => Promise.resolve(period.end),
      } as unknown as MeterPositions,
      bed.certificates,
      by,
    );
  }

  test('MTR-3: after late facts of two members one is certified anew alone; one of another market is nobody’s', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    const members = ['alone-a', 'alone-b', 'alone-c'] as const;
    for (const id of [...members, 'alone-elsewhere']) {
      await bed.stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
        ...[id, id === 'alone-elsewhere' ? 'elsewhere' : 'alone'],
      ]);
    }
    await bed.stack.database.query(
      `insert into days_told select n, '2026-09-01' from generate_series(0, 5) as n on conflict do nothing`,
    );
    const opened = (membershipId: string, on: string) =>
      bed.take([{ ...factOf(randomUUID(), 1, on, true), membershipId }]);
    for (const id of members) await opened(id, '2022-10-19');
    const caller = callerOf({ roles: ['supplier'], markets: ['alone'] });
    const certify = (...membershipIds: string[]) =>
      certifying(period).execute({ marketCode: 'alone', membershipIds, period, caller });
    const revisions = async () =>
      (await bed.certificates.all('', 'alone')).map(
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
      await bed.stack.database.query(`insert into membership_copy values ($1, 'o', $2)`, [
        ...[membershipId, market],
      ]);
      await bed.stack.database.query(
        `insert into days_told select n, '2026-09-01' from generate_series(0, 5) as n on conflict do nothing`,
      );
      const another = () =>
        bed.take([{ ...factOf(randomUUID(), 1, '2023-01-18', true), membershipId }]);
      await another();
      let counts = 0;
      class Disturbed extends UsageCounts {
        override async counted(...asked: Parameters<UsageCounts['counted']>) {
          const counted = await super.counted(...asked);
          counts += 1;
          // Behind the lock none could be taken in: after three counts it is held.
          if (counts <= Math.min(3, comeDuringCounts)) await another();
          return counted;
        }
      }
      const certify = certifying(period, new Disturbed(bed.stack.database));
      const caller = callerOf({ roles: ['coordinator'], markets: [market] });
      const accountDays = 1 + Math.min(3, comeDuringCounts);
      expect(await certify.execute({ marketCode: market, period, caller })).toEqual({
        ...{ memberships: 1, certified: 1, accountDays: String(accountDays) },
      });
      expect(counts).toBe(comeDuringCounts === 1 ? 2 : 4);
      const all = await bed.certificates.all(membershipId, '');
      const again = await bed.counts.countedAgain(all[0]!.intake, all);
      expect(certificateViolations(all, again, sha256Of)).toEqual([]);
    },
  );

  test('BIL-5: a certificate is given once, stands, and a forged one is refused or found', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    await bed.stack.database.query(
      `insert into membership_copy values ('m-forged', 'o', 'forged')`,
    );
    const forged = { ...factOf(randomUUID(), 1, '2022-11-01', true), membershipId: 'm-forged' };
    await bed.take([forged]);
    const usage = {
      membershipId: 'm-forged',
      accounts: 1n,
      accountDays: 92n,
      usageSha256: 'a'.repeat(64),
    };
    const intake = await bed.stack.unitOfWork.run((tx) => bed.certificates.closeIntake(tx));
    const now = { intake, positions: '0:1', toldBefore: period.end, period };
    const right = certificateOf(usage, undefined, { ...now, today: localDate('2026-09-01') });
    const write = (over: Partial<Certificate>) =>
      bed.stack.unitOfWork.run((tx) => bed.certificates.add(tx, [{ ...right, ...over }]));
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
    const all = await bed.certificates.all('m-forged', '');
    const again = await bed.counts.countedAgain(now.intake, all);
    expect(certificateViolations(all, again, sha256Of)).toEqual([
      expect.stringMatching(
        /92 jours-comptes de 1 comptes, les faits en donnent 79 de 1 ; l’usage/,
      ),
    ]);
    for (const sql of [
      'update cut_off_certificate set accounts = 0',
      'delete from certificate_change',
    ]) {
      await expect(bed.stack.database.query(sql)).rejects.toThrow('permission denied');
      await expect(bed.stack.asOwner(sql)).rejects.toThrow('append-only');
    }
  });

  test('MTR-3: a late change that no fact made, one taken away, and a fact slipped into what was counted are found', async () => {
    const period = periodOf('2022-10-19', '2023-01-19');
    const ids = ['late-forged', 'late-lost', 'late-slipped'];
    for (const id of ids)
      await bed.stack.database.query(`insert into membership_copy values ($1, 'o', 'late')`, [id]);
    const opened = (membershipId: string, on: string) => ({
      ...{ ...factOf(randomUUID(), 1, on, true), membershipId },
    });
    await bed.take(ids.map((id) => opened(id, '2022-10-19')));
    const caller = callerOf({ roles: ['supplier'], markets: ['late'] });
    await certifying(period).execute({ marketCode: 'late', period, caller });
    await bed.take(ids.map((id) => opened(id, '2023-01-09')));
    const verified = async () => {
      const view = new ViewCertificates(bed.reader, bed.certificates, bed.counts);
      const { violations } = await view.verifyMarket(caller, 'late');
      return violations.map((text) => text.replace(/^.*adhésion (\S+),[^:]*: /, '$1 : '));
    };
    expect(await verified()).toEqual([]);
    const certificateOfMember = (id: string) =>
      `(select certificate_id from cut_off_certificate where membership_id = '${id}')`;
    // As the service's own role, and behind the back of the triggers.
    await bed.stack.database.query(
      `insert into certificate_change (certificate_id, item_code, uai, first_day, account_days, arrived_on)
       values (${certificateOfMember('late-forged')}, '${item}', '0440001A', '2022-12-01', -30, '2026-09-01')`,
    );
    await bed.stack.asOwner(
      `set session_replication_role = replica; delete from certificate_change where certificate_id = ${certificateOfMember('late-lost')}`,
    );
    await bed.stack.database.query(
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
});
