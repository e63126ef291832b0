import { type LdapAccess, LdapAccessService } from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { askMembership } from './ent/ask.js';
import { type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'open ADHÉSION --document DOCUMENT --decided-on AAAA-MM-JJ --ends-on AAAA-MM-JJ  |  withdraw ADHÉSION --reason CONTROLLER|MEMBER|INCIDENT  |  renew-secret ADHÉSION  |  show ADHÉSION  |  list MARCHÉ   l’annuaire LDAP d’un adhérent : sur quelle décision, jusqu’à quand, avec quel mot de passe (SUP-3)';

/** `ldap open|withdraw|renew-secret|show MEMBERSHIP`, `ldap list MARKET`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      open: {
        operands: 1,
        options: {
          document: { type: 'string' },
          'decided-on': { type: 'string' },
          'ends-on': { type: 'string' },
        },
        run: open,
      },
      withdraw: { operands: 1, options: { reason: { type: 'string' } }, run: withdraw },
      'renew-secret': { operands: 1, run: renewSecret },
      show: { operands: 1, run: show },
      list: { operands: 1, run: list },
    },
    args,
    `npm run ent -- ldap ${usage}`,
  );

const membershipOf = (given: Given) => given.operands[0] ?? '';

function demanded(given: Given, option: string): string {
  const text = given.text(option);
  if (!text) throw new UsageError(`Précisez --${option}.`);
  return text;
}

async function open(given: Given) {
  const decision = {
    documentId: demanded(given, 'document'),
    decidedOn: demanded(given, 'decided-on'),
    endsOn: demanded(given, 'ends-on'),
  };
  const answer = await askMembership(LdapAccessService, given, (client) =>
    client.openLdapAccess({ membershipId: membershipOf(given), decision }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...linesOf(answer.access),
      '  Mot de passe : à tirer par l’adhérent, ou par renew-secret.',
    ],
  };
}

async function withdraw(given: Given) {
  const reason = demanded(given, 'reason');
  const answer = await askMembership(LdapAccessService, given, (client) =>
    client.withdrawLdapAccess({ membershipId: membershipOf(given), reason }),
  );
  return { status: status.ok, json: answer, lines: linesOf(answer.access) };
}

async function renewSecret(given: Given) {
  const answer = await askMembership(LdapAccessService, given, (client) =>
    client.renewLdapSecret({ membershipId: membershipOf(given) }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...linesOf(answer.access),
      `  Mot de passe : ${answer.secret}`,
      '  Il n’est conservé nulle part et ne sera plus montré ; le précédent n’ouvre plus rien.',
    ],
  };
}

async function show(given: Given) {
  const answer = await askMembership(LdapAccessService, given, (client) =>
    client.getLdapAccess({ membershipId: membershipOf(given) }),
  );
  const lines = answer.access
    ? linesOf(answer.access)
    : ['L’annuaire LDAP n’a jamais été ouvert à cet adhérent.'];
  return { status: status.ok, json: answer, lines };
}

async function list(given: Given) {
  const answer = await askMembership(LdapAccessService, given, (client) =>
    client.listLdapAccesses({ marketCode: membershipOf(given), limit: 200 }),
  );
  const lines = answer.accesses.flatMap(linesOf);
  return {
    status: status.ok,
    json: answer,
    lines: lines.length > 0 ? lines : ['Aucun accès LDAP dans ce marché.'],
  };
}

function linesOf(access: LdapAccess | undefined): string[] {
  if (!access) return [];
  const { organisationName, membershipId, url, bindDn, document } = access;
  return [
    `${organisationName} (${membershipId}) : ${stateOf(access)}.`,
    `  Décision du ${day(access.decidedOn)} : ${document?.title ?? ''}, SHA-256 ${document?.sha256 ?? ''}.`,
    `  ${url}, identifiant ${bindDn}.`,
  ];
}

function stateOf({ status: state, endsOn, withdrawnOn, withdrawalReason }: LdapAccess): string {
  if (state === 'OPEN') return `ouvert jusqu’au ${day(endsOn)} (ce jour exclu)`;
  if (state === 'WITHDRAWN') return `fermé le ${day(withdrawnOn)} (${withdrawalReason})`;
  return 'arrivé à son terme';
}

const day = (text: string): string => (text === '' ? '—' : frenchDate(localDate(text)));
