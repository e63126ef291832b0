import { fromBinary } from '@bufbuild/protobuf';
import type pg from 'pg';
import {
  AccountMovedSchema,
  AccountState,
  AccountStateChangedSchema,
  headers,
  Profile,
} from '#libs/contracts';
import type { LogAddress, RawRecord } from '#libs/messaging';
import { consumers } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import { readLostRecords } from './lost-records.js';

const open: ReadonlySet<AccountState> = new Set([
  AccountState.PROVISIONED,
  AccountState.ACTIVATED,
  AccountState.SUSPENDED,
]);
const rowsAtOnce = 5_000;

/** Writes into provisioning's database what the lost life had told of days on which accounts are metered. Twice is once. */
export async function keepLostDays(
  client: pg.Client,
  topic: string,
  { facts, address }: { facts: RecoveryFacts; address: LogAddress },
): Promise<void> {
  const rows: object[] = [];
  await readLostRecords(
    { facts, consumers, address },
    (record, { epoch, seq }) => {
      const fact = meteredFactOf(record);
      if (fact) rows.push({ epoch, seq, ...fact });
    },
    topic,
  );
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await client.query(
      `insert into public.lost_account_fact
       select * from jsonb_populate_recordset(null::public.lost_account_fact, $1) on conflict do nothing`,
      [JSON.stringify(rows.slice(at, at + rowsAtOnce))],
    );
  }
}

/** Undefined: it changes no account-day (MTR-1). */
function meteredFactOf(record: RawRecord) {
  const value = record.value;
  const type = record.header(headers.type);
  if (value === null) return undefined;
  if (type === AccountStateChangedSchema.typeName) {
    const body = fromBinary(AccountStateChangedSchema, value);
    const changes = open.has(body.fromState) !== open.has(body.toState) && body.itemCode !== '';
    return changes ? rowOf(body, body.toState) : undefined;
  }
  if (type !== AccountMovedSchema.typeName) return undefined;
  const body = fromBinary(AccountMovedSchema, value);
  return open.has(body.state) ? rowOf(body, body.state) : undefined;
}

type Told = Record<
  'accountId' | 'personId' | 'effectiveOn' | 'uai' | 'membershipId' | 'itemCode',
  string
> & { profile: Profile };

const rowOf = (
  { accountId, personId, profile, effectiveOn, uai, membershipId, itemCode }: Told,
  state: AccountState,
) => ({
  ...{ account_id: accountId, person_id: personId, profile: Profile[profile], uai },
  ...{ state: AccountState[state], effective_on: effectiveOn },
  ...{ membership_id: membershipId, item_code: itemCode },
});
