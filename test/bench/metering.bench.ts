import { parseArgs } from 'node:util';
import {
  AccountState,
  type AccountStateChanged,
  AccountStateChangedSchema,
  Profile,
} from '#libs/contracts';
import { create } from '@bufbuild/protobuf';
import { BatchContext, PgOutbox, type ReceivedEvent } from '#libs/messaging';
import { copyIn } from '#libs/persistence';
import { freshDatabase } from '#libs/testing';
import { addDays, localDate } from '#libs/time';
import { AccountChangedConsumer } from '../../apps/metering/src/usage/account-changed.consumer.js';
import { AccountFacts } from '../../apps/metering/src/usage/account-facts.pg.js';
import { Certificates } from '../../apps/metering/src/usage/certificates/certificates.pg.js';
import { TellLateFacts } from '../../apps/metering/src/usage/certificates/tell-late-facts.js';
import { DaysTold } from '../../apps/metering/src/usage/days-told.pg.js';
import { RecordAccountFacts } from '../../apps/metering/src/usage/record-account-facts.js';
import { PgUsageReader } from '../../apps/metering/src/usage/usage.pg-reader.js';

/**
 * Account events through the meter's handler, in batches like those of a partition and three
 * partitions at once as in the service, against a bare COPY of the same rows, one after the other
 * in one run. Before it ends, everything is recounted: a fast wrong meter is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of events');

const partitions = 6;
const partitionsAtOnce = 3;
const batchEvents = 2_000;
const schools = 400;
const start = localDate('2022-09-01');

const stack = await freshDatabase('metering');
await stack.allowTemporary();
try {
  const perPartition = eventsByPartition(size);
  const handlerRate = await timed(() => throughHandler(perPartition));
  const reader = new PgUsageReader(stack.database);
  const recountRate = await timed(async () => {
    const { differences, meteredAccountDays } = await reader.recount(
      '',
      addDays(start, 400),
      undefined,
    );
    if (differences !== 0 || meteredAccountDays === 0n) throw new Error('the recount differs');
  });
  const copyRate = await timed(() => bareCopy(perPartition));
  report({ handlerRate, recountRate, copyRate });
} finally {
  await stack.drop();
}

async function throughHandler(perPartition: readonly ReceivedEvent<AccountStateChanged>[][]) {
  const certificates = new Certificates(stack.database);
  const consumer = new AccountChangedConsumer(
    new RecordAccountFacts(
      new AccountFacts(),
      certificates,
      new TellLateFacts(certificates, new PgOutbox()),
    ),
    new DaysTold(stack.database),
  );
  const waiting = [...perPartition];
  const work = async () => {
    for (let events = waiting.shift(); events; events = waiting.shift()) {
      for (let at = 0; at < events.length; at += batchEvents) {
        const batch = events.slice(at, at + batchEvents);
        await stack.unitOfWork.run((tx) => consumer.onStateChanged(batch, new BatchContext(tx)));
      }
    }
  };
  await Promise.all(Array.from({ length: partitionsAtOnce }, work));
}

async function bareCopy(perPartition: readonly ReceivedEvent<AccountStateChanged>[][]) {
  await stack.unitOfWork.run(async (tx) => {
    await tx.query(`create temp table bare (account_id uuid, sequence bigint, effective_on date,
      is_open boolean, membership_id text, item_code text, uai text) on commit drop`);
    const target =
      'bare (account_id, sequence, effective_on, is_open, membership_id, item_code, uai)';
    await copyIn(tx, target, rowsOf(perPartition));
  });
}

function* rowsOf(perPartition: readonly ReceivedEvent<AccountStateChanged>[][]) {
  for (const { body } of perPartition.flat()) {
    const open =
      body.toState === AccountState.PROVISIONED || body.toState === AccountState.ACTIVATED;
    yield [
      body.accountId,
      body.sequence,
      body.effectiveOn,
      open,
      body.membershipId,
      body.itemCode,
      body.uai,
    ];
  }
}

/** Each account asked for, being made, open, in use: four events, mixed with those of other accounts. */
function eventsByPartition(count: number): ReceivedEvent<AccountStateChanged>[][] {
  const lives = [
    [AccountState.REQUESTED, 0],
    [AccountState.PROVISIONING, 0],
    [AccountState.PROVISIONED, 1],
    [AccountState.ACTIVATED, 14],
  ] as const;
  const perPartition: ReceivedEvent<AccountStateChanged>[][] = Array.from(
    { length: partitions },
    () => [],
  );
  const accounts = Math.ceil(count / lives.length);
  let made = 0;
  // An import opens a thousand accounts at a time, and each goes through its states beside the others.
  for (let first = 0; first < accounts; first += 1_000) {
    for (const [sequence, [state, afterDays]] of lives.entries()) {
      for (
        let at = first;
        at < Math.min(first + 1_000, accounts) && made < count;
        at += 1, made += 1
      ) {
        const school = at % schools;
        perPartition[at % partitions]?.push({
          id: '',
          type: AccountStateChangedSchema.typeName,
          key: '',
          businessDate: start,
          topic: '',
          partition: at % partitions,
          offset: 0n,
          body: create(AccountStateChangedSchema, {
            accountId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
            sequence: sequence + 1,
            profile: Profile.STUDENT,
            toState: state,
            effectiveOn: addDays(start, (at % 60) + afterDays),
            uai: `044${String(school).padStart(4, '0')}A`,
            membershipId: `membership-${school % 40}`,
            itemCode: 'COMPTE_ELEVE',
          }),
        });
      }
    }
  }
  return perPartition;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round((size * 1_000) / (performance.now() - begun));
}

function report({
  handlerRate,
  recountRate,
  copyRate,
}: {
  handlerRate: number;
  recountRate: number;
  copyRate: number;
}) {
  const ratio = Number((handlerRate / copyRate).toFixed(3));
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `metering, ${size} account events, batches of ${batchEvents}, ${partitionsAtOnce} partitions at once`,
  );
  console.log(`  through the handler  ${handlerRate} events/s`);
  console.log(`  bare COPY            ${copyRate} rows/s (handler ÷ COPY = ${ratio})`);
  console.log(`  recount from facts   ${recountRate} events/s`);
  console.log(`  peak memory          ${peak} MB`);
  if (!values.json) return;
  console.log(
    JSON.stringify({
      name: 'metering',
      size,
      rate: handlerRate,
      unit: 'events/s',
      baselines: { copy: copyRate },
      ratios: { copy: ratio },
      peakRssMb: { bench: peak },
    }),
  );
}
