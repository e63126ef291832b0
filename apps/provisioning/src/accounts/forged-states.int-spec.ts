import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import {
  type AccountPast,
  type AccountState,
  accountStates,
  become,
  mayBecome,
} from './domain/account.js';

/**
 * Goal: a person who has the secret of the service's database changes no state of an account without its transition, and
 * writes no transition outside the table of PRV-3. Method: the statements, as the service's own role.
 */
jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const day = '2022-09-05';

/** The constraint that refused; undefined: accepted. */
async function refusal(...statements: string[]): Promise<string | undefined> {
  try {
    await bed.fresh.unitOfWork.run(async (tx) => {
      for (const statement of statements) await tx.query(statement);
    });
    return undefined;
  } catch (error) {
    const { constraint, code } = error as { constraint?: string; code?: string };
    return constraint ?? code;
  }
}

const columns =
  'account_id, sequence, from_state, to_state, effective_on, uai, membership_id, item_code, cause, decided_by';
const accountColumns =
  'account_id, person_id, profile, state, since, sequence, uai, membership_id, item_code, open_state, entry_on, source_key, class_label';

type History = { readonly past: AccountPast; readonly states: readonly AccountState[] };

/** One history for each past that the table of PRV-3 lets an account have. */
function histories(): History[] {
  const found = new Map<string, History>();
  const first: AccountPast = { state: 'REQUESTED', openState: null, activated: false };
  const pending: History[] = [{ past: first, states: ['REQUESTED'] }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { past, states } = next;
    const key = JSON.stringify(past);
    if (found.has(key)) continue;
    found.set(key, next);
    for (const to of accountStates)
      if (mayBecome(past, to)) pending.push({ past: become(past, to), states: [...states, to] });
  }
  return [...found.values()];
}

/** An account with its whole history, in one statement. */
function written(states: readonly AccountState[], { effectiveOn = day } = {}): string {
  const id = randomUUID();
  const open = states.findLast((state) =>
    ['PROVISIONED', 'ACTIVATED', 'SUSPENDED'].includes(state),
  );
  const steps = states.map(
    (to, index) =>
      `('${id}'::uuid, ${index + 1}, '${states[index - 1] ?? ''}', '${to}', '${effectiveOn}'::date, '${uai}', 'm1', '', 'OPERATOR', 'agent')`,
  );
  return `with stepped as (insert into account_transition (${columns}) values ${steps.join(', ')})
    insert into account (${accountColumns}) values ('${id}', gen_random_uuid(), 'GUEST', '${states.at(-1)}', '${effectiveOn}',
      ${states.length}, '${uai}', 'm1', '', ${open ? `'${open}'` : 'null'}, '${day}', '', '')`;
}

async function sixAccounts() {
  await bed.aMembership('m1', { ordered: 6, uais: [uai] });
  await bed.import(pupils(uai, 6), { on: day });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
}

test('PRV-3: refuses a state, a place or an open state of an account without its transition', async () => {
  await sixAccounts();
  const unexplained = 'account_follows_its_transitions';
  const closing = "update account set state = 'CLOSING', closing_ends_on = '2022-09-06'";
  for (const [statement, expected] of [
    [closing, unexplained],
    [`${closing}, sequence = sequence + 1`, unexplained],
    ["update account set open_state = 'ACTIVATED'", unexplained],
    ['update account set open_state = null', unexplained],
    ["update account set uai = '0440002B'", unexplained],
    ["update account set membership_id = 'm2'", unexplained],
    ["update account set item_code = ''", unexplained],
    ['update account set sequence = sequence - 1', unexplained],
    ["update account set since = '2022-01-01'", unexplained],
    [
      `merge into account a using (select 1) as one on true when matched then update set state = 'CLOSING'`,
      unexplained,
    ],
    [
      `insert into account (${accountColumns}) select ${accountColumns} from account on conflict (account_id) do update set state = 'CLOSING'`,
      unexplained,
    ],
    [
      `insert into account (${accountColumns}) select gen_random_uuid(), gen_random_uuid(), profile, state, since, sequence, uai, membership_id, '', open_state, entry_on, source_key, class_label from account`,
      unexplained,
    ],
    // Apart from the account, before it or after it.
    [
      `insert into account_transition (${columns}) select account_id, sequence + 1, state, 'CLOSING', since, uai, membership_id, item_code, 'DAY', '' from account`,
      'account_transition_fits',
    ],
  ] as const)
    expect([statement, await refusal(statement)]).toEqual([statement, expected]);
  expect(await bed.states()).toEqual({ PROVISIONED: 6 });
});

test('PRV-3: accepts the transitions of the table, and no other, whatever the account was before', async () => {
  const all = histories();
  expect(all.length).toBeGreaterThan(15);
  for (const { past, states } of all)
    for (const to of accountStates) {
      // A first use that is found late leaves no transition: the database lets both open states follow SUSPENDED.
      const isAllowed =
        to === past.state
          ? to !== 'DELETED'
          : mayBecome(past, to) || mayBecome({ ...past, activated: !past.activated }, to);
      const path = [...states, to];
      expect([path, await refusal(written(path))]).toEqual([
        path,
        isAllowed ? undefined : 'account_transition_fits',
      ]);
    }
});

test('PRV-3: refuses a history with a gap, without a beginning, or on a day that has not begun', async () => {
  const unfit = 'account_transition_fits';
  expect(await refusal(written(['REQUESTED', 'PROVISIONING'], { effectiveOn: '2022-09-06' }))).toBe(
    unfit,
  );
  for (const [change, by] of [
    [", 1, ''", ", 1, 'REQUESTED'"],
    [", 2, 'REQUESTED'", ", 2, 'PROVISIONED'"],
    [", 1, '', 'REQUESTED'", ", 3, 'REQUESTED', 'PROVISIONING'"],
  ] as const) {
    const statement = written(['REQUESTED', 'PROVISIONING']);
    expect(statement).toContain(change);
    expect([change, await refusal(statement.replace(change, by))]).toEqual([
      change,
      expect.stringMatching(/^account_(transition_fits|follows_its_transitions)$/),
    ]);
  }
  // The same by two statements: the first is refused already.
  await sixAccounts();
  const suspension = `insert into account_transition (${columns})
    select account_id, sequence + 1, state, 'SUSPENDED', '${day}', uai, membership_id, item_code, 'OPERATOR', 'agent' from account`;
  const state = `update account set state = 'SUSPENDED', open_state = 'SUSPENDED', sequence = sequence + 1, since = '${day}'`;
  expect([
    await refusal(suspension, state),
    await refusal(state, suspension),
    await refusal(`with stepped as (${suspension.replace('agent', '')}) ${state}`),
    await refusal(`with stepped as (${suspension}) ${state}`),
    await bed.states(),
  ]).toEqual([unfit, 'account_follows_its_transitions', unfit, undefined, { SUSPENDED: 6 }]);
});
