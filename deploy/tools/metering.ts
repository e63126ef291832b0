import { MeteringService, StaffService } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { frenchDate, isLocalDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage = `
  certify MARCHÉ --from JOUR --to JOUR [--only ADHÉSION]
                                         certifie l’usage compté d’une période close, membre par membre
  certificates ADHÉSION                  ses certificats, et ce que des faits tardifs y changent
  verify MARCHÉ|ADHÉSION                 recompte chaque certificat depuis les faits qu’il a comptés
  open ADHÉSION [--on JOUR]              comptes ouverts, activés et facturables, par école et profil`;

/** What metering states for good, and whether it still holds (BIL-5, MTR-3). */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      certify: {
        operands: 1,
        options: { from: { type: 'string' }, to: { type: 'string' }, only: { type: 'string' } },
        run: certify,
      },
      certificates: { operands: 1, run: listCertificates },
      verify: { operands: 1, run: verify },
      open: { operands: 1, options: { on: { type: 'string' } }, run: openAccounts },
    },
    args,
    `npm run ent -- metering ${usage}`,
  );

const deadlineMs = 600_000;

async function certify(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const [startsOn, endsOn] = [dayOf(given, 'from'), dayOf(given, 'to')];
  const only = given.text('only');
  const membershipIds = only === undefined ? [] : [only];
  const asked = { marketCode, period: { startsOn, endsOn }, membershipIds };
  const answer = await askService('metering', MeteringService, given, (client) =>
    client.certifyUsage(asked, { deadlineMs }),
  );
  const { memberships, certified, accountDays } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${plural(memberships, 'membre', 'membres')}, ${formatCount(accountDays)} jours-comptes : ${plural(certified, 'certificat donné', 'certificats donnés')}, ${memberships - certified} déjà là et inchangés.`,
    ],
  };
}

function dayOf(given: Given, option: string): string {
  const day = given.text(option) ?? '';
  if (isLocalDate(day)) return day;
  throw new UsageError(`--${option} : un jour est attendu (AAAA-MM-JJ) ; --to n’est pas compris.`);
}

async function listCertificates(given: Given) {
  const membershipId = given.operands[0] ?? '';
  const answer = await askService('metering', MeteringService, given, (client) =>
    client.listCertificates({ membershipId }),
  );
  const uais = answer.certificates.flatMap(({ changes }) =>
    changes.map(({ change }) => change?.uai ?? ''),
  );
  const schoolOf = await schoolNames(given, uais);
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.certificates.length === 0
        ? ['Aucun certificat.']
        : answer.certificates.flatMap((one) => [
            `${one.period?.startsOn ?? ''} → ${one.period?.endsOn ?? ''}, révision ${one.revision}, du ${frenchDate(localDate(one.certifiedOn))} : ${formatCount(one.accountDays)} jours-comptes de ${plural(one.accounts, 'compte', 'comptes')}, empreinte ${one.sha256}`,
            ...one.changes.map(
              ({ change, arrivedOn }) =>
                `    fait tardif du ${frenchDate(localDate(arrivedOn))} : ${change?.itemCode ?? ''}, ${schoolOf(change?.uai ?? '')}, ${signed(change?.accountDays ?? 0n)} jours-comptes à partir du ${frenchDate(localDate(change?.firstDay ?? ''))}`,
            ),
            ...(one.changes.length === 0
              ? []
              : [`    aujourd’hui : ${formatCount(one.accountDaysNow)} jours-comptes`]),
          ]),
  };
}

/** What people call schools, with their number; the number alone of one that the directory does not know, or while it is away. */
async function schoolNames(given: Given, all: readonly string[]): Promise<(uai: string) => string> {
  const uais = [...new Set(all)].filter((uai) => uai !== '');
  const names = new Map<string, string>();
  if (uais.length > 0) {
    try {
      const { schools } = await askService('directory', StaffService, given, (client) =>
        client.nameSchools({ uais }),
      );
      for (const { uai, name, commune } of schools)
        names.set(uai, `${name}${commune && `, ${commune}`} (${uai})`);
    } catch {
      // The figures are what was asked for.
    }
  }
  return (uai) => (uai === '' ? 'sans école' : (names.get(uai) ?? `école ${uai}`));
}

const signed = (days: bigint) => (days > 0n ? `+${formatCount(days)}` : formatCount(days));

/** A membership's id is a UUID, a market's code is not. */
async function verify(given: Given) {
  const [subject = ''] = given.operands;
  const answer = await askService<
    typeof MeteringService,
    { readonly certificates: number; readonly violations: readonly string[] }
  >('metering', MeteringService, given, (client) =>
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(subject)
      ? client.verifyCertificates({ membershipId: subject }, { deadlineMs })
      : client.verifyCertificatesOfMarket({ marketCode: subject }, { deadlineMs }),
  );
  const { certificates, violations } = answer;
  return {
    status: violations.length === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `${plural(certificates, 'certificat recompté', 'certificats recomptés')} depuis les faits.`,
      ...(violations.length === 0
        ? ['Tous disent ce que disent les faits, et leur chaîne se suit.']
        : violations.map((violation) => `  ✗ ${violation}`)),
    ],
  };
}

async function openAccounts(given: Given) {
  const membershipId = given.operands[0] ?? '';
  const asked = { membershipId, on: given.text('on') ?? '' };
  const answer = await askService('metering', MeteringService, given, (client) =>
    client.getOpenAccounts(asked, { deadlineMs }),
  );
  const schoolOf = await schoolNames(
    given,
    answer.accounts.map(({ uai }) => uai),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      `À la fin du ${frenchDate(localDate(answer.on))} :`,
      ...answer.accounts.map(
        ({ uai, profile, open, activated, billable }) =>
          `  ${schoolOf(uai)}  ${profile || 'profil inconnu'}  ${open} ouverts, ${activated} activés, ${billable} facturables`,
      ),
    ],
  };
}
