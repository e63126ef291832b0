import { AccountState, type EntAccountSides, ProvisioningService } from '#libs/contracts';
import { accountStateWords, wordOf } from '#libs/trade';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

export const accountUsage = `account COMPTE   ce que l’annuaire, nos livres et l’ENT en disent, l’ENT étant interrogé à l’instant : ce qui diffère, sans
   aucune donnée de la personne ; la question est inscrite au journal
   account restore COMPTE --motif MOTIF   rend le compte que l’ENT a supprimé et garde encore ; MOTIF : ERREUR, INCIDENT_ENT
   ou AUTRE, puis au besoin un numéro de ticket`;

export const accountVerb = {
  operands: [1, 2],
  options: { motif: { type: 'string' } },
  run: account,
} as const;

/** `provisioning account …`: one account's three sides (PRV-5), and its user given back. */
async function account(given: Given) {
  const [first = '', second] = given.operands;
  if (second === undefined) {
    const { sides } = await askService('provisioning', ProvisioningService, given, (client) =>
      client.compareEntAccount({ accountId: first }),
    );
    return told(sides);
  }
  if (first !== 'restore') throw new UsageError(`Action inconnue : account ${first}.`);
  const reason = given.text('motif');
  if (reason === undefined) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  const { sides } = await askService('provisioning', ProvisioningService, given, (client) =>
    client.restoreEntAccount({ accountId: second, reason }),
  );
  return told(sides);
}

function told(sides: EntAccountSides | undefined) {
  if (!sides) return { status: status.refused, json: {}, lines: [] };
  const { accountId, entInWords, workInWords, differences, failureCode, mayRestore } = sides;
  const state = wordOf(accountStateWords, AccountState[sides.state]);
  return {
    status: differences.length === 0 ? status.ok : status.refused,
    json: sides,
    lines: [
      `${accountId}  ${state} : ${entInWords}${workInWords ? ` ${workInWords}` : ''}`,
      ...differences.map((words) => `    ${words}`),
      ...(failureCode ? [`    Cause : ${failureCode}.`] : []),
      ...(mayRestore ? [`    Pour le rendre : account restore ${accountId} --motif MOTIF`] : []),
    ],
  };
}
