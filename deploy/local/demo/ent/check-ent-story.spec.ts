import { AccountState } from '#libs/contracts';
import type { Services } from '../services.js';
import { checkErasures, checkPlans, checkWaysIn } from './check-ent-story.js';

const plansOf = (...states: string[]) =>
  checkPlans({
    provisioning: () => ({
      listEntPlans: async () => ({
        plans: states.length === 0 ? [] : [{ planId: 'p', figures: { closes: 30 } }],
      }),
      getEntPlan: async () => ({ schools: states.map((state) => ({ uai: '0440437L', state })) }),
    }),
  } as unknown as Services);

test.each([
  [true, '1 plan retenu et accepté, 30 fermetures', ['DONE', 'DONE']],
  [false, '0440437L : HELD', ['DONE', 'HELD']],
  [false, '0440437L : EXPIRED', ['EXPIRED']],
  [false, '0 plan retenu et accepté, 0 fermetures', []],
])('PRV-8: %s, %s', async (holds, detail, states) => {
  expect(await plansOf(...states)).toMatchObject({ holds, detail });
});

const used = (wayIn: string, state = AccountState.ACTIVATED) => ({ wayIn, state });

test.each([
  [true, [used('LOCAL'), used('ACADEMIC_SSO'), used('EDUCONNECT')]],
  [false, [used('LOCAL'), used('ACADEMIC_SSO'), used('EDUCONNECT', AccountState.PROVISIONED)]],
  [false, [used('LOCAL'), used('ACADEMIC_SSO', AccountState.PROVISIONED), used('EDUCONNECT')]],
  [false, [used('ACADEMIC_SSO'), used('EDUCONNECT')]],
])('AUT-1: first logins of each way in were seen: %s', (holds, accounts) => {
  expect(checkWaysIn(accounts).holds).toBe(holds);
});

const erasure = (provedAt: string, unexpected = 0) => ({ personId: 'p', provedAt, unexpected });
const erasuresOf = (due: number, ...erasures: object[]) =>
  checkErasures({
    directory: () => ({ listErasures: async () => ({ erasures, due, overdue: 0 }) }),
  } as unknown as Services);

test.each([
  [true, '2 personnes effacées, 1 prouvée', 0, [erasure(''), erasure('2023-01-11T10:00:00Z')]],
  [false, '1 personne effacée, 0 prouvée', 0, [erasure('')]],
  [false, 'p : 2 traces inattendues', 0, [erasure('2023-01-11T10:00:00Z', 2)]],
  [false, '3 encore à effacer, dont 0 en retard', 3, [erasure('2023-01-11T10:00:00Z')]],
])('SUP-4: %s, %s', async (holds, detail, due, erasures) => {
  expect(await erasuresOf(due, ...erasures)).toMatchObject({ holds, detail });
});
