import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as billing from '../../../deploy/tools/billing.js';
import * as metering from '../../../deploy/tools/metering.js';
import { AccountState, DraftAnswerService } from '#libs/contracts';
import { createRpcClient } from '#libs/rpc';
import { localDate } from '#libs/time';
import { marketCode } from '../../../apps/billing/test/market-facts.test-support.js';
import { ent } from '../../support/ent-command.js';
import type { BillingWithMetering } from './billing-with-metering.js';
import { becomes, daysToldEvents, period } from './metered-facts.js';

type Told = [status: number, printed: string];

/**
 * The rest of a billing day from a terminal: each verb once with figures worked out by hand, and once with what it refuses.
 * One member is committed to 3 accounts and uses none: 3 × 92 days at 2,3500 € ÷ 365 are 1,78 €, and 2,14 € with VAT.
 */
export function billingDay(
  world: () => BillingWithMetering,
  day: (date: string) => Promise<void>,
): void {
  let dir: string;
  let invoiceId = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'ent-papers-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const verb = async (...args: string[]): Promise<Told> => {
    const [status, printed] = await ent(billing, ...args);
    return [status, plain(printed)];
  };
  const meter = async (...args: string[]): Promise<Told> => {
    const [status, printed] = await ent(metering, ...args);
    return [status, plain(printed)];
  };

  test('BIL-5: billing preview says what a run would draft, and of whom it is there already', async () => {
    const preview = (...options: string[]) => verb('preview', marketCode, ...options);
    expect(await preview('--period-ends-on', period.endsOn)).toEqual([
      0,
      expect.stringMatching(
        /à établir : 0 membre, 0,00 € TTC .*\n {2}déjà là : 1 membre, 2,14 € TTC /,
      ),
    ]);
    expect((await preview())[0]).toBe(2);
    expect(await preview('--period-ends-on', '2022-10-20')).toEqual(
      refused('BILLING_PERIOD_UNKNOWN'),
    );
  });

  test('BIL-9: billing to-settle and maintain: what is contested waits for an answer with its reason', async () => {
    expect(await verb('to-settle', marketCode)).toEqual([
      0,
      'Aucun projet de facture contesté, ni qui serait refusé, ni sans numéro.\n',
    ]);
    expect(await verb('to-settle', 'another-market')).toEqual(refused('NOT_FOUND'));
    const drafts = await verb('invoices', marketCode, '--state', 'DRAFT');
    expect(drafts).toEqual([
      0,
      expect.stringMatching(
        /^1 facture ou projet\.\n {2}\S+ {2}Commune d’exemple .* 2,14 € TTC, projet\n$/,
      ),
    ]);
    [invoiceId = ''] = /[0-9a-f-]{36}/.exec(drafts[1]) ?? [];
    const answers = createRpcClient(DraftAnswerService, { address: world().billingAddress });
    await answers.contestDraft(
      { invoiceId, reason: 'Trois classes ont fermé.', documentId: '', idempotencyKey: '' },
      await world().as('billing'),
    );
    answers.close();
    expect(await verb('to-settle', marketCode)).toEqual([
      1,
      expect.stringMatching(
        new RegExp(
          `✗ ${invoiceId} {2}Commune d’exemple .* 2,14 €\\n {4}Contesté : Trois classes ont fermé\\.\\n1 projet à régler`,
        ),
      ),
    ]);
    expect((await verb('maintain', invoiceId))[0]).toBe(2);
    const maintain = () => verb('maintain', invoiceId, '--reason', 'L’engagement est de 3.');
    expect(await maintain()).toEqual([0, expect.stringContaining('à partir du 29 octobre 2022')]);
    expect(await maintain()).toEqual(refused('DRAFT_NOT_CONTESTED'));
  });

  test('BIL-7: billing explain tells in ten lines at most why this amount; billing replay calculates it again', async () => {
    const [status, told] = await verb('explain', invoiceId);
    expect([status, told.split('\n').length - 1 <= 10]).toEqual([0, true]);
    expect(told).toMatch(/^À facturer .* : 1,78 € HT \+ 0,36 € de TVA .* = 2,14 € TTC\.\n/);
    expect(told).toMatch(/276 jours-comptes × 2,3500 € par compte et par an ÷ 365 jours/);
    expect(await verb('replay', invoiceId)).toEqual([
      0,
      expect.stringMatching(
        /Nouveau calcul : 1 ligne, 1,78 € HT, 0,36 € de TVA, 2,14 € TTC\.[^]*Tout concorde/,
      ),
    ]);
    for (const asked of ['explain', 'replay']) {
      expect(await verb(asked, randomUUID())).toEqual(refused('NOT_FOUND'));
    }
  });

  test('BIL-4: billing check, paper, journal: once numbered it is counted, saved as it was issued and booked', async () => {
    await day('2022-10-29');
    await world().kafka.emit('2022-10-29', ...daysToldEvents(localDate('2022-10-29')));
    await world().kafka.until('it has its number', async () =>
      (await verb('invoices', marketCode, '--state', 'TO_PAY'))[1].includes('EP22-2022-000001'),
    );
    expect(await verb('check', marketCode)).toEqual([
      0,
      '1 facture pour 2,14 € TTC, 0 projet.\nTout concorde : numéros, montants recalculés, documents et leur chaîne.\n',
    ]);
    expect(await verb('check', 'another-market')).toEqual(refused('NOT_FOUND'));
    const [pdf, xml, fec] = ['f.pdf', 'f.xml', 'f.txt'].map((name) => join(dir, name)) as [
      ...[string, string, string],
    ];
    const digestOf = (file: string) =>
      createHash('sha256').update(readFileSync(file)).digest('hex');
    for (const file of [pdf, xml]) {
      const [saved, said] = await verb('paper', invoiceId, '--out', file);
      expect([saved, said.includes(digestOf(file))]).toEqual([0, true]);
    }
    expect(readFileSync(xml, 'utf8')).toContain('<ram:GrandTotalAmount>2.14');
    const { documentSha256 } = await world().billing.getInvoice(
      { invoiceId },
      await world().as('billing'),
    );
    expect(digestOf(pdf)).toBe(documentSha256);
    expect((await verb('paper', invoiceId, '--out', join(dir, 'f.doc')))[0]).toBe(2);
    expect(await verb('paper', randomUUID(), '--out', pdf)).toEqual(refused('NOT_FOUND'));
    expect((await verb('journal', marketCode, '--year', '2022', '--out', fec))[0]).toBe(0);
    const [columns = '', ...entries] = readFileSync(fec, 'utf8').trim().split(/\r?\n/);
    expect(columns.split(/\t|\|/)).toHaveLength(18);
    expect(entries.map((one) => one.split(/\t|\|/).slice(11, 13))).toEqual([
      ...[
        ['2,14', '0,00'],
        ['0,00', '1,78'],
        ['0,00', '0,36'],
      ],
    ]);
    expect((await verb('journal', marketCode, '--out', fec))[0]).toBe(2);
    expect(await verb('journal', marketCode, '--year', '2199', '--out', fec)).toEqual([
      ...[1, expect.stringMatching(/\([A-Z_]+\)/)],
    ]);
  });

  test('BIL-9: billing year-end and terms: what a member provides for, and what its invoices bear', async () => {
    // Nobody on the 74 days from 19 October to 31 December: 3 × 74 at 2,3500 € ÷ 365 are 1,43 €, and 1,72 € with VAT.
    const [status, told] = await verb('year-end', marketCode, '--year', '2022');
    expect([status, told]).toEqual([0, expect.stringMatching(/1,72 €/)]);
    expect((await verb('year-end', marketCode, '--year', 'next'))[0]).toBe(2);
    expect(await verb('year-end', 'another-market', '--year', '2022')).toEqual(
      refused('NOT_FOUND'),
    );
    expect(await verb('terms', marketCode)).toEqual([
      0,
      expect.stringMatching(
        /^1 membre, factures établies le 29 octobre 2022\.\n {2}Commune d’exemple : SIRET 21440109300015, service aucun, engagement aucun, une facture par trimestre/,
      ),
    ]);
    expect(await verb('terms', marketCode, '--lacking')).toEqual([
      0,
      expect.stringMatching(/^0 membre à relancer/),
    ]);
    expect((await verb('terms', marketCode, '--on', 'tomorrow'))[0]).toBeGreaterThan(0);
  });

  test('MTR-1, MTR-3: metering certify, certificates, open and verify, before a late fact and after', async () => {
    const certify = (...options: string[]) => meter('certify', marketCode, ...options);
    const quarter = ['--from', period.startsOn, '--to', period.endsOn];
    expect(await certify(...quarter)).toEqual([
      0,
      '1 membre, 0 jours-comptes : 0 certificat donné, 1 déjà là et inchangés.\n',
    ]);
    expect((await certify('--from', period.startsOn))[0]).toBe(2);
    expect(await certify('--from', period.endsOn, '--to', period.startsOn)).toEqual(
      refused('PERIOD_INVALID'),
    );
    // Four of them on the last 48 days of the quarter, told when it was invoiced.
    const late = Array.from({ length: 4 }, () =>
      becomes(randomUUID(), 1, AccountState.PROVISIONED, '2022-09-01'),
    );
    await world().kafka.emit('2022-10-29', ...late);
    await world().kafka.until('they count', async () =>
      (await meter('open', 'm1', '--on', '2022-10-18'))[1].includes(
        'école 0440437L  STUDENT  4 ouverts',
      ),
    );
    // A school that directory knows is told by its name, with its number.
    world().schools = [{ uai: '0440437L', name: 'École du Bourg', commune: 'Vertou' }];
    expect(await meter('open', 'm1', '--on', '2022-10-18')).toEqual([
      0,
      expect.stringContaining('  École du Bourg, Vertou (0440437L)  STUDENT  4 ouverts'),
    ]);
    expect(await meter('open', 'm1', '--on', '2022-08-31')).toEqual([
      0,
      'À la fin du 31 août 2022 :\n',
    ]);
    expect(await meter('open', 'm9')).toEqual(refused('NOT_FOUND'));
    const [status, told] = await meter('certificates', 'm1');
    expect([status, told]).toEqual([
      0,
      expect.stringMatching(
        /révision 0, du 19 octobre 2022 : 0 jours-comptes de 0 compte[^]*aujourd’hui : 192 jours-comptes/,
      ),
    ]);
    // A line for what came at once, which is a matter of partitions.
    const lines = told.matchAll(
      /École du Bourg, Vertou \(0440437L\), \+(\d+) jours-comptes à partir du 1er septembre 2022/g,
    );
    expect([...lines].reduce((sum, [, days]) => sum + Number(days), 0)).toBe(4 * 48);
    expect(await meter('certificates', 'm9')).toEqual(refused('NOT_FOUND'));
    expect(await meter('verify', marketCode)).toEqual([
      0,
      expect.stringMatching(/^1 certificat recompté depuis les faits\.\nTous disent/),
    ]);
    expect(await meter('verify', randomUUID())).toEqual(refused('NOT_FOUND'));
  });

  test('BIL-8: billing to-mend and settle: what a late fact leaves to mend, and what was paid, is in the totals', async () => {
    // 4 × 48 and 3 × 44 account-days: 1,24 € and 0,85 €; 2,51 € with VAT.
    await world().kafka.until(
      'it is listed',
      async () => (await verb('to-mend', marketCode))[0] === 1,
    );
    expect((await verb('to-mend', marketCode))[1]).toMatch(
      /✗ EP22-2022-000001 {2}Commune d’exemple .*\n {4}facturé 2,14 €, dû 2,51 € : écart 0,37 € TTC\n1 facture à corriger/,
    );
    expect(await verb('to-mend', 'another-market')).toEqual(refused('NOT_FOUND'));
    const settle = (...options: string[]) => verb('settle', invoiceId, ...options);
    expect((await settle())[0]).toBe(2);
    expect((await settle('--paid', '2022-10-29', '--rejected', '2022-10-29'))[0]).toBe(2);
    expect(await settle('--paid', '2022-10-29')).toEqual([
      0,
      'Facture EP22-2022-000001 : payée le 29 octobre 2022.\n',
    ]);
    expect(await settle('--paid', '2023-10-29')).toEqual([1, expect.stringMatching(/\([A-Z_]+\)/)]);
    expect(await verb('invoices', marketCode, '--state', 'PAID', '--member', 'm1')).toEqual([
      0,
      expect.stringMatching(/EP22-2022-000001 .* 2,14 € TTC, payée/),
    ]);
    expect((await verb('invoices', marketCode, '--state', 'LOST'))[0]).toBe(2);
    expect(await verb('totals', marketCode)).toEqual([
      0,
      expect.stringMatching(
        /2022-07-19 → 2022-10-19 : facturé 2,14 € TTC, avoirs déduits \(1 facture, 0 avoir\) ; payé 2,14 € ; à payer 0,00 € dont échu 0,00 €/,
      ),
    ]);
    expect(await verb('totals', 'another-market')).toEqual(refused('NOT_FOUND'));
  });
}

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const refused = (code: string): Told => [1, expect.stringContaining(`(${code})`) as string];
