import {
  accountStates,
  become,
  holdsSeat,
  isOpen,
  mayBecome,
  TransitionNotAllowed,
  type AccountPast,
  type AccountState,
  type OpenState,
} from './account.js';

// PRV-3, row by row, written a second time on purpose: [from, past, to…].
const neverOpen = { openState: null, activated: false };
const wasProvisioned = { openState: 'PROVISIONED' as OpenState, activated: false };
const wasActivated = { openState: 'ACTIVATED' as OpenState, activated: true };
const wasSuspended = { openState: 'SUSPENDED' as OpenState, activated: true };
const wasSuspendedUnused = { openState: 'SUSPENDED' as OpenState, activated: false };

const table: [AccountState, Omit<AccountPast, 'state'>, AccountState[]][] = [
  ['REQUESTED', neverOpen, ['WAITING_SEAT', 'PROVISIONING', 'DELETED']],
  ['WAITING_SEAT', neverOpen, ['PROVISIONING', 'DELETED']],
  ['WAITING_SEAT', wasProvisioned, ['PROVISIONED', 'CLOSING']],
  ['WAITING_SEAT', wasActivated, ['ACTIVATED', 'CLOSING']],
  ['WAITING_SEAT', wasSuspended, ['SUSPENDED', 'CLOSING']],
  ['PROVISIONING', neverOpen, ['PROVISIONED', 'FAILED', 'CLOSING', 'WAITING_SEAT']],
  ['FAILED', neverOpen, ['PROVISIONING', 'DELETED', 'WAITING_SEAT']],
  [
    'PROVISIONED',
    wasProvisioned,
    ['ACTIVATED', 'SUSPENDED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING'],
  ],
  ['ACTIVATED', wasActivated, ['SUSPENDED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING']],
  ['SUSPENDED', wasSuspended, ['ACTIVATED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING']],
  ['SUSPENDED', wasSuspendedUnused, ['PROVISIONED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING']],
  ['CLOSING', neverOpen, ['WAITING_SEAT', 'DELETED']],
  ['CLOSING', wasProvisioned, ['PROVISIONED', 'WAITING_SEAT', 'DELETED']],
  ['CLOSING', wasActivated, ['ACTIVATED', 'WAITING_SEAT', 'DELETED']],
  ['CLOSING', wasSuspended, ['SUSPENDED', 'WAITING_SEAT', 'DELETED']],
  ['DELETED', wasActivated, []],
  ['DELETED', neverOpen, []],
];

const everyPair = table.flatMap(([from, past, allowed]) =>
  accountStates.map(
    (to) => [from, past.openState, to, past.activated, allowed.includes(to)] as const,
  ),
);

test.each(everyPair)('PRV-3: %s (was %s) → %s', (state, openState, to, activated, isAllowed) => {
  const past = { state, openState, activated };
  expect(mayBecome(past, to)).toBe(isAllowed);
  if (isAllowed) expect(become(past, to).state).toBe(to);
  else expect(() => become(past, to)).toThrow(TransitionNotAllowed);
});

test('PRV-3: tells which states are open and which hold a seat', () => {
  expect(accountStates.filter(isOpen)).toEqual(['PROVISIONED', 'ACTIVATED', 'SUSPENDED']);
  expect(accountStates.filter(holdsSeat)).toEqual([
    'PROVISIONING',
    'PROVISIONED',
    'ACTIVATED',
    'SUSPENDED',
    'FAILED',
  ]);
});
