import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import { supplier } from './billing-bed.test-support.js';
import { financeOf, supplierOf } from './billing-use-cases.test-support.js';
import { bed, code, draftedForEachTest, draftOf, told } from './first-quarter.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: a draft is the état de service fait (BIL-9): accepted it is issued at once, contested it waits for the
 * supplier's answer, and what was said of it holds for it alone. Method: the drafts of a quarter of two members.
 */
jest.setTimeout(60_000);
draftedForEachTest();

const invoices = async () =>
  (
    await bed.rows<{ said: string }>(
      `select concat_ws(' ', membership_id, status, issued_on, number) as said
         from invoice order by membership_id, drafted_on, status desc`,
    )
  ).map(({ said }) => said);
const accept = async (
  membershipId: string,
  idempotencyKey = '',
  caller = financeOf(membershipId),
) => bed.acceptDraft.execute({ invoiceId: await draftOf(membershipId), caller, idempotencyKey });
const contest = async (membershipId: string, over = {}) =>
  bed.contestDraft.execute({
    ...{ invoiceId: await draftOf(membershipId), caller: financeOf(membershipId) },
    ...{ reason: 'Trois classes ont fermé.', documentId: '', idempotencyKey: '', ...over },
  });
const maintain = async (membershipId: string, over = {}) =>
  bed.maintainDraft.execute({
    ...{ invoiceId: await draftOf(membershipId), caller: supplier, idempotencyKey: '' },
    ...{ reason: 'L’engagement de l’annexe 2 est de 412.', ...over },
  });

test('BIL-9: a draft that its member accepts is issued without waiting, once, and nobody else may say so', async () => {
  expect(await code(accept('m1', '', financeOf('m2')))).toBe('NOT_FOUND');
  await accept('m1', 'k');
  await accept('m1', 'k');
  expect(await code(accept('m1'))).toBe('DRAFT_ALREADY_ACCEPTED');
  expect(await code(contest('m1'))).toBe('DRAFT_ALREADY_ACCEPTED');
  expect(await code(maintain('m1'))).toBe('DRAFT_NOT_CONTESTED');
  expect(await bed.pendingNumbering.count()).toBe(1);
  const accepted = await draftOf('m1');
  await bed.day('2022-10-20');
  expect(await invoices()).toEqual(['m1 FINALISED 2022-10-20 EP22-2022-000001', 'm2 DRAFT']);
  expect(await told()).toEqual(['InvoiceDrafted', 'DraftAnswered', 'InvoiceFinalised']);
  // Who certified it stays readable.
  expect((await bed.invoices.get(accepted)).answers).toEqual([
    { answer: 'ACCEPTED', answeredOn: '2022-10-19', reason: '' },
  ]);
  const caller = financeOf('m1');
  expect(
    await code(bed.acceptDraft.execute({ invoiceId: accepted, caller, idempotencyKey: '' })),
  ).toBe('INVOICE_ALREADY_FINALISED');
  expect(
    await bed.rows(
      `select action, actor from platform.audit_entry where action like 'invoice.accepted' limit 1`,
    ),
  ).toEqual([{ action: 'invoice.accepted', actor: 'finance-m1' }]);
});

test('BIL-9: a contested draft gets no number until the supplier maintains it, with a reason', async () => {
  await contest('m1', { documentId: 'letter' });
  expect(await code(contest('m1'))).toBe('DRAFT_ALREADY_CONTESTED');
  // It rings three days before its days are over, and as long as nobody answers.
  const ringing = async () => {
    await bed.pendingNumbering.count();
    return (await registry.getSingleMetric('ent_drafts_contested_late')!.get()).values;
  };
  await bed.day('2022-10-25');
  expect(await ringing()).toEqual([]);
  await bed.day('2022-10-26');
  const rings = [{ labels: { market: marketCode }, value: 1 }];
  expect(await ringing()).toEqual(rings);
  await bed.day('2022-11-05');
  expect(await ringing()).toEqual(rings);
  expect(await invoices()).toEqual(['m1 DRAFT', 'm2 FINALISED 2022-11-05 EP22-2022-000001']);
  // It holds up nobody: the day is quiet.
  expect(await bed.pendingNumbering.count()).toBe(0);
  const { drafts, total } = await bed.draftsToSettle.execute(marketCode, 10);
  expect([total, drafts[0]?.draft.answers.at(-1)]).toEqual([
    1,
    {
      ...{ answer: 'CONTESTED', answeredOn: '2022-10-19', reason: 'Trois classes ont fermé.' },
      paper: { documentId: 'letter', sha256: 'cd'.repeat(32) },
    },
  ]);
  expect(await code(maintain('m1', { caller: supplierOf('other') }))).toBe('NOT_FOUND');
  await maintain('m1');
  expect(await ringing()).toEqual([]);
  expect(await code(contest('m1'))).toBe('CONTEST_ANSWERED');
  await bed.day('2022-11-06');
  expect(await invoices()).toEqual([
    'm1 FINALISED 2022-11-06 EP22-2022-000002',
    'm2 FINALISED 2022-11-05 EP22-2022-000001',
  ]);
  expect((await bed.draftsToSettle.execute(marketCode, 10)).total).toBe(0);
});

test('BIL-9: what is maintained waits for its day; what is contested may be accepted after all, or withdrawn', async () => {
  await contest('m1');
  await maintain('m1');
  await contest('m2');
  await accept('m2');
  await bed.day('2022-10-20');
  expect(await invoices()).toEqual(['m1 DRAFT', 'm2 FINALISED 2022-10-20 EP22-2022-000001']);
  const withdrawn = await draftOf('m1');
  await bed.withdrawDraft.execute({
    ...{ invoiceId: withdrawn, reason: 'Erreur.', caller: supplier, idempotencyKey: '' },
  });
  const caller = financeOf('m1');
  expect(
    await code(bed.acceptDraft.execute({ invoiceId: withdrawn, caller, idempotencyKey: '' })),
  ).toBe('DRAFT_WITHDRAWN');
});

test('BIL-9: nobody contests after the days for it, nor lays a paper beside it that is not in the member’s file', async () => {
  bed.papers.missing = true;
  expect(await code(contest('m1', { documentId: 'other' }))).toBe('PAPER_NOT_DEPOSITED');
  await bed.fresh.database.query(`select platform.begin_day('2022-10-29')`);
  expect(await code(contest('m1'))).toBe('CONTEST_TOO_LATE');
});

test('BIL-9: a fact that changes a draft makes it anew, and what was said of the old one falls, which is told', async () => {
  // Accepted, and not numbered yet: another process is slow.
  await accept('m1');
  await contest('m2');
  for (const member of ['m1', 'm2']) await bed.order(member, '2022-09-01', 38);
  await bed.reviewDrafts.execute();
  expect(await invoices()).toEqual([...['m1 WITHDRAWN', 'm1 DRAFT', 'm2 WITHDRAWN', 'm2 DRAFT']]);
  expect(
    await bed.rows(
      `select withdrawal_reason as why from invoice where status = 'WITHDRAWN' order by membership_id`,
    ),
  ).toEqual([
    {
      why: expect.stringMatching(
        /remplace celui-ci\. Votre certification du service fait ne vaut plus\.$/,
      ),
    },
    {
      why: expect.stringMatching(
        /remplace celui-ci\. Votre contestation portait sur l’ancien projet\.$/,
      ),
    },
  ]);
  // Nobody withdrew them: the journal says that a fact did, and what took their place.
  expect(
    await bed.rows(
      `select actor, e.subject = 'invoice:' || old.invoice_id as of_old, details ->> 'replacedBy' = anew.invoice_id::text as to_new
         from platform.audit_entry e join invoice old on e.subject = 'invoice:' || old.invoice_id
         join invoice anew on (anew.membership_id, anew.status) = (old.membership_id, 'DRAFT')
        where action = 'invoice.withdrawn'`,
    ),
  ).toEqual([1, 2].map(() => ({ actor: 'billing', of_old: true, to_new: true })));
  expect(await told()).toEqual([
    'InvoiceDrafted',
    'DraftAnswered',
    'DraftWithdrawn',
    'InvoiceDrafted',
  ]);
  await bed.day('2022-10-20');
  expect((await invoices()).filter((said) => said.includes('FINALISED'))).toEqual([]);
});

test('BIL-9: twenty at once: one answer is taken, the others are told what was said', async () => {
  const said = await Promise.all(
    Array.from({ length: 20 }, (_, n) => code(n % 2 ? accept('m1') : contest('m1'))),
  );
  const expected = ['done', 'DRAFT_ALREADY_ACCEPTED', 'DRAFT_ALREADY_CONTESTED'];
  expect(said.filter((one) => !expected.includes(one))).toEqual([]);
  // A contest may still have been given up for an acceptance, never the other way round.
  const answers = await bed.rows<{ answer: string }>(
    'select answer from draft_answer order by position',
  );
  expect([['ACCEPTED'], ['CONTESTED', 'ACCEPTED']]).toContainEqual(
    answers.map(({ answer }) => answer),
  );
});

test('BIL-9: whoever writes, an answer is of today, in turn, stays, and decides when there is a number', async () => {
  const id = await draftOf('m1');
  const write = (values: string) =>
    bed.fresh.database
      .query(
        `insert into draft_answer (invoice_id, position, answer, answered_on, reason) values ('${id}', ${values})`,
      )
      .then(
        () => 'done',
        ({ code }: { code: string }) => code,
      );
  for (const values of [
    `1, 'ACCEPTED', '2022-10-18', ''`,
    `2, 'ACCEPTED', '2022-10-19', ''`,
    `1, 'MAINTAINED', '2022-10-19', 'x'`,
    `1, 'CONTESTED', '2022-10-19', ''`,
    `1, 'ACCEPTED', '2022-10-19', 'x'`,
  ]) {
    expect(await write(values)).toMatch(/^23/);
  }
  const issue = `update invoice set status = 'FINALISED', number = 'EP22-2022-000001', sequence = 1, series_year = 2022,
    issued_on = '2022-10-29', due_on = '2022-11-28' where invoice_id = '${id}'`;
  expect(await write(`1, 'CONTESTED', '2022-10-19', 'Non.'`)).toBe('done');
  expect(await write(`2, 'CONTESTED', '2022-10-19', 'Non.'`)).toMatch(/^23/);
  await bed.fresh.database.query(`select platform.begin_day('2022-10-29')`);
  await expect(bed.fresh.database.query(issue)).rejects.toThrow('nobody has answered');
  await expect(bed.fresh.database.query(`update draft_answer set reason = 'y'`)).rejects.toThrow();
  await expect(bed.fresh.asOwner(`delete from draft_answer`)).rejects.toThrow(
    'keeps what was written',
  );
});
