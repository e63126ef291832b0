import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import type { FreshDatabase } from '#libs/testing';
import type { AccountState } from '../src/accounts/domain/account.js';

/** What the service has written down, as a test reads it. */
export class BedFacts {
  constructor(readonly fresh: FreshDatabase) {}

  async rows<Row extends Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.fresh.database.query<Row>(text, values)).rows;
  }

  /** What the service's role may not. */
  async asOwner(text: string, values: unknown[] = []): Promise<void> {
    await this.fresh.asOwner(text, values);
  }

  async states(): Promise<Partial<Record<AccountState, number>>> {
    const rows = await this.rows<{ state: AccountState; n: number }>(
      'select state, count(*)::int as n from account group by state',
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  async stateOf(personId: string): Promise<AccountState[]> {
    const rows = await this.rows<{ state: AccountState }>(
      'select state from account where person_id = $1 order by since, account_id',
      [personId],
    );
    return rows.map(({ state }) => state);
  }

  async historyOf(personId: string): Promise<string[]> {
    const rows = await this.rows<{ line: string }>(
      `select to_state || ' ' || effective_on || ' ' || cause as line from account_transition
       join account using (account_id) where person_id = $1 order by account_transition.sequence`,
      [personId],
    );
    return rows.map(({ line }) => line);
  }

  /** The events of a kind told since the last call, oldest first. */
  async told<Desc extends DescMessage>(schema: Desc): Promise<MessageShape<Desc>[]> {
    const { rows } = await this.fresh.asOwner<{ id: number; value: Buffer }>(
      `with gone as (delete from platform.outbox where type = $1 returning id, value)
       select id, value from gone order by id`,
      [schema.typeName],
    );
    return rows.map(({ value }) => fromBinary(schema, value));
  }
}
