import { type DemoFigures, allHold } from './figures.js';
import { noColours, renderSummary } from './summary.js';

const figures: DemoFigures = {
  marketCode: 'e-primo-2022',
  marketTitle: 'ENT e-primo',
  on: '2023-07-30',
  schools: 5,
  people: 1480,
  members: [
    {
      name: 'Ancenis-Saint-Géréon',
      kind: 'COMMUNE',
      status: 'ACTIVE',
      endsOn: '2026-07-19',
      schools: 3,
      commitment: 412,
      ordered: 450,
      seatsHeld: 450,
      open: 450,
      activated: 405,
      waiting: 0,
      accountDays: '127000',
      invoices: 2,
      totalCents: '60831',
    },
    {
      name: 'SIVOS de la Vallée du Graon (fictif)',
      kind: 'SYNDICAT',
      status: 'ACTIVE',
      endsOn: '2026-07-19',
      schools: 2,
      commitment: 188,
      ordered: 188,
      seatsHeld: 182,
      open: 182,
      activated: 0,
      waiting: 0,
      accountDays: '54000',
      invoices: 2,
      totalCents: '26730',
    },
  ],
  accounts: [
    { profile: 'STUDENT', state: 'ACTIVATED', count: 405 },
    { profile: 'STUDENT', state: 'PROVISIONED', count: 227 },
    { profile: 'RELATIVE', state: 'PROVISIONED', count: 812 },
  ],
  invoices: [],
  refusals: [
    { member: 'Montreuil-Juigné', code: 'BELOW_COMMITMENT', message: 'Il manquerait 25 comptes.' },
  ],
  checks: [
    { name: 'ledgers', title: 'O(d) ≥ C(d) chaque jour', holds: true, detail: '2 adhésions' },
    { name: 'seats', title: 'Places prises ≤ O', holds: false, detail: '1 de trop' },
  ],
};
const doors = {
  addresses: [{ label: 'Application', url: 'http://127.0.0.1:8080' }],
  logins: [{ role: 'Assistance, niveau 1', login: 'support-1' }],
  password: 'demonstration',
};

describe('the summary', () => {
  const text = renderSummary(figures, doors, noColours).replaceAll('\u00a0', ' ');

  test('lines figures up under their titles and adds them up', () => {
    const lines = text.split('\n');
    const ordered = lines.find((line) => line.startsWith('Membre')) ?? '';
    const total = lines.find((line) => line.startsWith('Total (2 membres)')) ?? '';
    const end = ordered.indexOf('Commandé') + 'Commandé'.length;
    expect(total.slice(0, end).endsWith(' 638')).toBe(true);
    expect(total.endsWith('875,61 €')).toBe(true);
  });

  test('tells accounts by state, the refusal, the checks, and where to go', () => {
    expect(text).toContain('situation au 30 juillet 2023');
    expect(text).toMatch(/Élèves +227 +405/);
    expect(text).toContain('Refus opposé à Montreuil-Juigné : Il manquerait 25 comptes.');
    expect(text).toContain('✔ O(d) ≥ C(d) chaque jour — 2 adhésions');
    expect(text).toContain('✘ Places prises ≤ O — 1 de trop');
    expect(text).toContain('http://127.0.0.1:8080');
    expect(text).toContain('support-1');
  });

  test('holds only if every check holds', () => {
    expect(allHold(figures)).toBe(false);
    expect(allHold({ ...figures, checks: figures.checks.slice(0, 1) })).toBe(true);
    expect(allHold({ ...figures, checks: [] })).toBe(false);
  });
});
