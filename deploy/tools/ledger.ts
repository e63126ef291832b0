import { MembershipService } from '#libs/contracts';
import { plural } from '#libs/money';
import { type Given, runVerb, status } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'verify MARCHÉ|ADHÉSION   recalcule tous les bons et leurs empreintes : chaîne, plancher, maximum (ORD-2, ORD-6, ORD-7)';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `ledger verify MARKET|MEMBERSHIP`: fails where a ledger does not hold. */
export const run = (args: string[]): Promise<number> =>
  runVerb({ verify: { operands: 1, run: verify } }, args, `npm run ent -- ledger ${usage}`);

async function verify(given: Given) {
  const asked = given.operands[0] ?? '';
  const answer = await askMembership(MembershipService, given, async (client) => {
    const marketCode = uuid.test(asked)
      ? ((await client.getMembership({ membershipId: asked })).membership?.marketCode ?? '')
      : asked;
    const membershipId = marketCode === asked ? '' : asked;
    return client.checkLedgers({ marketCode, membershipId }, { deadlineMs: 600_000 });
  });
  const { memberships, orders, daysChecked, violations } = answer;
  return {
    // Nothing verified is no proof: a script must not take it for one.
    status:
      violations.length > 0 ? status.refused : memberships === 0 ? status.notAsked : status.ok,
    json: answer,
    lines: [
      `${plural(memberships, 'registre', 'registres')}, ${plural(orders, 'bon', 'bons')} de commande, ${plural(daysChecked, 'jour recalculé', 'jours recalculés')}.`,
      ...violations.map((violation) => `  ✗ ${violation}`),
      violations.length === 0
        ? memberships === 0
          ? 'Aucun registre : rien n’a été vérifié.'
          : 'Les registres sont intègres.'
        : `${plural(violations.length, 'anomalie', 'anomalies')} : ne facturez rien et prévenez le coordonnateur.`,
    ],
  };
}
