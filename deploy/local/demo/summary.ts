import { formatCount, formatEuros } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import type { AccountCount, Check, DemoFigures, MemberFigures } from './figures.js';
import { type Column, rightAligned, table } from './text-table.js';

/** Where to go next, printed under the figures. */
export type Doors = {
  readonly addresses: readonly { readonly label: string; readonly url: string }[];
  readonly logins: readonly { readonly role: string; readonly login: string }[];
  readonly password: string;
  /** What to look at in the application, as whom. */
  readonly sights?: readonly {
    readonly login: string;
    readonly where: string;
    readonly what: string;
  }[];
};

/** Marks in colour where the terminal shows colours. */
export type Paint = {
  green(text: string): string;
  red(text: string): string;
  bold(text: string): string;
};

const escape = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
export const colours: Paint = { green: escape(32), red: escape(31), bold: escape(1) };
export const noColours: Paint = { green: same, red: same, bold: same };
function same(text: string): string {
  return text;
}

/** The demo's outcome as a person reads it, in French; `more`: tables of one story alone. */
export function renderSummary(
  figures: DemoFigures,
  doors: Doors,
  paint: Paint,
  more: readonly string[] = [],
): string {
  const { marketCode, marketTitle, on } = figures;
  return [
    '',
    paint.bold(`${marketTitle} (${marketCode}) : situation au ${frenchDate(localDate(on))}`),
    '',
    table(memberColumns, figures.members, totalsOf(figures.members), paint.bold),
    '',
    `${formatCount(figures.schools)} écoles, ${formatCount(figures.people)} personnes importées, ` +
      `${formatCount(sum(figures.accounts, ({ count }) => count))} comptes suivis :`,
    '',
    accountsTable(figures.accounts, paint),
    '',
    ...more.flatMap((each) => [each, '']),
    ...figures.refusals.map(({ member, message }) => `Refus opposé à ${member} : ${message}`),
    ...(figures.refusals.length > 0 ? [''] : []),
    paint.bold('Contrôles de conservation, chacun demandé aux services'),
    ...figures.checks.map((check) => checkLine(check, paint)),
    '',
    ...doorLines(doors, paint),
    '',
  ].join('\n');
}

const count = (pick: (member: MemberFigures) => number) => (member: MemberFigures) =>
  formatCount(pick(member));

const memberColumns: readonly Column<MemberFigures>[] = [
  { title: 'Membre', cell: ({ name }) => name },
  { title: 'Écoles', cell: count((member) => member.schools), align: 'right' },
  { title: 'Engagé', cell: count((member) => member.commitment), align: 'right' },
  { title: 'Commandé', cell: count((member) => member.ordered), align: 'right' },
  { title: 'Places', cell: count((member) => member.seatsHeld), align: 'right' },
  { title: 'Activés', cell: count((member) => member.activated), align: 'right' },
  { title: 'Attente', cell: count((member) => member.waiting), align: 'right' },
  {
    title: 'Jours-comptes',
    cell: ({ accountDays }) => formatCount(BigInt(accountDays)),
    align: 'right',
  },
  { title: 'Factures, avoirs', cell: count((member) => member.invoices), align: 'right' },
  { title: 'Total TTC', cell: ({ totalCents }) => formatEuros(BigInt(totalCents)), align: 'right' },
];

function totalsOf(members: readonly MemberFigures[]): MemberFigures {
  const add = (pick: (member: MemberFigures) => number) => sum(members, pick);
  const addExact = (pick: (member: MemberFigures) => string) =>
    members.reduce((total, member) => total + BigInt(pick(member)), 0n).toString();
  return {
    name: `Total (${members.length} membres)`,
    kind: '',
    status: '',
    endsOn: '',
    schools: add((member) => member.schools),
    commitment: add((member) => member.commitment),
    ordered: add((member) => member.ordered),
    seatsHeld: add((member) => member.seatsHeld),
    open: add((member) => member.open),
    activated: add((member) => member.activated),
    waiting: add((member) => member.waiting),
    accountDays: addExact((member) => member.accountDays),
    invoices: add((member) => member.invoices),
    totalCents: addExact((member) => member.totalCents),
  };
}

const profiles: Readonly<Record<string, string>> = {
  STUDENT: 'Élèves',
  RELATIVE: 'Responsables',
  TEACHER: 'Enseignants',
  PERSONNEL: 'Personnels',
  GUEST: 'Invités',
};
const states: Readonly<Record<string, string>> = {
  REQUESTED: 'demandés',
  WAITING_SEAT: 'en attente',
  PROVISIONING: 'en création',
  PROVISIONED: 'ouverts',
  ACTIVATED: 'activés',
  SUSPENDED: 'suspendus',
  CLOSING: 'en fermeture',
  DELETED: 'supprimés',
  FAILED: 'en échec',
};

function accountsTable(accounts: readonly AccountCount[], paint: Paint): string {
  const present = Object.keys(states).filter((state) =>
    accounts.some((account) => account.state === state && account.count > 0),
  );
  const rows = Object.keys(profiles)
    .filter((profile) => accounts.some((account) => account.profile === profile))
    .map((profile) => ({
      profile,
      counts: new Map(
        accounts
          .filter((account) => account.profile === profile)
          .map(({ state, count: number }) => [state, number]),
      ),
    }));
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'Comptes', cell: ({ profile }) => profiles[profile] ?? profile },
    ...present.map((state) => ({
      title: states[state] ?? state,
      cell: (row: (typeof rows)[number]) => formatCount(row.counts.get(state) ?? 0),
      align: rightAligned,
    })),
  ];
  return table(columns, rows, undefined, paint.bold);
}

function checkLine({ title, holds, detail }: Check, paint: Paint): string {
  const mark = holds ? paint.green('✔') : paint.red('✘');
  return `  ${mark} ${title}${detail === '' ? '' : ` — ${detail}`}`;
}

function doorLines({ addresses, logins, password, sights = [] }: Doors, paint: Paint): string[] {
  if (addresses.length === 0) return [];
  const width = Math.max(...addresses.map(({ label }) => label.length), 0);
  const roleWidth = Math.max(...logins.map(({ role }) => role.length), 0);
  return [
    paint.bold('À ouvrir'),
    ...addresses.map(({ label, url }) => `  ${label.padEnd(width)}  ${url}`),
    '',
    paint.bold(`Connexions de démonstration (mot de passe : ${password})`),
    ...logins.map(({ role, login }) => `  ${role.padEnd(roleWidth)}  ${login}`),
    '',
    ...sightLines(sights, paint),
    'Les commandes de l’administration (npm run ent -- help) demandent d’abord : npm run ent -- login',
  ];
}

function sightLines(sights: NonNullable<Doors['sights']>, paint: Paint): string[] {
  if (sights.length === 0) return [];
  const loginWidth = Math.max(...sights.map(({ login }) => login.length));
  const whereWidth = Math.max(...sights.map(({ where }) => where.length));
  return [
    paint.bold('À voir dans l’application'),
    ...sights.map(
      ({ login, where, what }) =>
        `  ${login.padEnd(loginWidth)}  ${where.padEnd(whereWidth)}  ${what}`,
    ),
    '',
  ];
}

function sum<T>(rows: readonly T[], pick: (row: T) => number): number {
  return rows.reduce((total, row) => total + pick(row), 0);
}
