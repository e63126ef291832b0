import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { writeOds } from '#libs/spreadsheets';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  verifier,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import {
  odsOf,
  odsRow,
  odsTable,
  xlsxOf,
  zipOf,
} from '../../../../../test/support/builders/spreadsheet-files.js';
import { ShowAnnexe2 } from './show-annexe2.js';
import { callerOf, patience } from '#libs/testing';
import { keptPapers } from '../../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
let membershipId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  membershipId = (await world.applyAs(ancenis)).membershipId;
}, 30_000);
afterEach(() => world.fresh.drop());

const member = ordererOf(ancenis.siren);
const rows = [
  ['UAI', 'Nombre de comptes'],
  [ancenis.uai, 412],
  ['AUTRE-CENTRE-1', 8],
  ['TOTAL', 420],
];
const csv = Buffer.from(rows.map((row) => row.join(';')).join('\n'));
type Over = Partial<Parameters<MembershipWorld['importAnnexe2']['execute']>[0]>;
const importFile = (content: Uint8Array, over: Over = {}) =>
  world.importAnnexe2.execute({
    membershipId,
    fileName: 'annexe2.csv',
    content,
    datedOn: localDate('2022-01-10'),
    dryRun: false,
    caller: coordinator,
    ...over,
  });
const show = (caller: Caller, afterLine = 0, limit = 200) =>
  new ShowAnnexe2(world.annexes, world.membershipViews, world.markets).execute({
    membershipId,
    afterLine,
    limit,
    caller,
  });
async function written() {
  const { rows } = await world.database.query<{ counts: string }>(
    `select (select count(*) from annexe2) || ' ' || (select count(*) from annexe2_line) || ' '
         || (select count(*) from platform.outbox where key = $1) as counts`,
    [membershipId],
  );
  return rows[0]?.counts;
}

test('COM-1: the three formats say the same, and a dry run writes nothing', async () => {
  const files = [csv, await xlsxOf([{ rows }]), await writeOds([{ name: 'Annexe 2', rows }])];
  for (const content of files) {
    expect(await importFile(content, { dryRun: true })).toMatchObject({
      written: false,
      faults: [],
      commitment: [{ itemCode, quantity: 420 }],
      lines: [
        { line: 2, beneficiary: ancenis.uai, quantity: 412 },
        { line: 3, beneficiary: 'AUTRE-CENTRE-1', quantity: 8 },
      ],
    });
  }
  expect(await written()).toBe('0 0 0');
  expect(await importFile(files[1]!, { fileName: 'annexe2.xlsx' })).toMatchObject({
    written: true,
  });
  expect(await written()).toBe('1 2 0');
  const { fileName, verifiedOn } = await show(coordinator);
  expect([fileName, verifiedOn]).toEqual(['annexe2.xlsx', undefined]);
});

const old = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const table = (line: string) => Buffer.from(`UAI;Nombre\n${ancenis.uai};412\n${line}\n`);
const cell = (xml: string, type = 'n', style = 0) =>
  xlsxOf([
    {
      rows: [
        ['UAI', 'Nombre'],
        [ancenis.uai, { xml, type, style }],
      ],
    },
  ]);
const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>';

const evil: [string, string, () => Uint8Array | Promise<Uint8Array>, string?][] = [
  ['an empty file', 'FILE_EMPTY', () => Buffer.alloc(0)],
  ['headers alone', 'EMPTY', () => Buffer.from('UAI;Nombre\n')],
  ['other headers', 'HEADER_MISSING', () => Buffer.from('a;b\n1;2\n')],
  ['a wrong encoding', 'ENCODING_UNKNOWN', () => Buffer.from('\ufffdcole;Nombre\n')],
  ['an open quote', 'CSV_MALFORMED', () => table('"0440965K;1')],
  ['a wrong check letter', 'UAI_LETTER_WRONG', () => table('0440965A;1')],
  ['no UAI at all', 'UAI_INVALID', () => table('École Les Pins;1')],
  ['an empty beneficiary', 'BENEFICIARY_MISSING', () => table(';1')],
  ['a line twice', 'DUPLICATE_LINE', () => table(`${ancenis.uai};1`)],
  ['a negative number', 'QUANTITY_NEGATIVE', () => table('0440965K;-1')],
  ['a fraction', 'QUANTITY_FRACTIONAL', () => table('0440965K;1,5')],
  ['a huge number', 'QUANTITY_TOO_LARGE', () => table('0440965K;99999999999')],
  ['no number', 'QUANTITY_MISSING', () => table('0440965K;')],
  ['nothing committed', 'COMMITMENT_TOO_SMALL', () => Buffer.from('UAI;Nombre\n0440965K;0\n')],
  ['an unknown category', 'ITEM_UNKNOWN', () => Buffer.from('UAI;Type;Nb\n0440965K;parent;1\n')],
  ['a wrong total', 'TOTAL_DISAGREES', () => table('TOTAL;413')],
  ['a formula in CSV', 'FORMULA_IN_TEXT', () => table('=cmd|calc!A0;1')],
  [
    'a formula in XLSX text',
    'FORMULA_IN_TEXT',
    () =>
      xlsxOf([
        {
          rows: [
            ['UAI', 'Nombre'],
            ['=1+1', 1],
          ],
        },
      ]),
  ],
  ['a formula without value', 'FORMULA_WITHOUT_VALUE', () => cell('<f>SUM(A1:A9)</f>')],
  ['an error in a cell', 'CELL_UNUSABLE', () => cell('<v>#REF!</v>', 'e')],
  ['a day as a quantity', 'CELL_IS_DATE', () => cell('<v>44571</v>', 'n', 1)],
  [
    'merged cells',
    'MERGED_CELLS',
    () =>
      xlsxOf([
        {
          rows: [
            ['UAI', 'Nombre'],
            [ancenis.uai, 412],
            [null, 1],
          ],
          merged: ['A2:A3'],
        },
      ]),
  ],
  ['a hidden line', 'HIDDEN_LINE', () => xlsxOf([{ rows, hiddenLines: [3] }])],
  ['two sheets', 'SHEETS_SEVERAL', () => xlsxOf([{ rows }, { rows }])],
  ['a hidden sheet alone', 'SHEET_HIDDEN', () => xlsxOf([{ rows, state: 'hidden' }])],
  [
    'a bomb',
    'FILE_EXPANDS_TOO_MUCH',
    () => xlsxOf([{ rows: [], xml: `<worksheet>${' '.repeat(30_000_000)}</worksheet>` }]),
  ],
  ['entities that multiply', 'XML_FORBIDDEN', () => xlsxOf([{ rows: [], xml: laughs }])],
  ['a truncated archive', 'FILE_DAMAGED', async () => (await xlsxOf([{ rows }])).subarray(0, -100)],
  ['macros', 'FILE_HAS_MACROS', () => xlsxOf([{ rows }], [['xl/vbaProject.bin', 'x']])],
  ['a name of macros', 'FILE_HAS_MACROS', () => xlsxOf([{ rows }]), 'annexe2.xlsm'],
  [
    'a password',
    'FILE_ENCRYPTED',
    () => Buffer.concat([old, Buffer.from('EncryptedPackage', 'utf16le')]),
  ],
  ['an old .xls', 'FILE_FORMAT_OLD', () => old],
  ['a PDF named .xlsx', 'FILE_TYPE_UNKNOWN', () => Buffer.from('%PDF-1.7'), 'annexe2.xlsx'],
  ['an archive', 'FILE_TYPE_UNKNOWN', () => zipOf([['annexe2.csv', csv]])],
  [
    'a hundred thousand lines',
    'TOO_MANY_LINES',
    () => Buffer.from(`UAI;Nombre\n${'A-1;1\n'.repeat(99_999)}`),
  ],
  [
    'a million lines',
    'TOO_MANY_ROWS',
    () => Buffer.from(`UAI;Nombre\n${'1;1\n'.repeat(1_000_000)}`),
  ],
  [
    'a row without end',
    'TOO_MANY_ROWS',
    () => odsOf(odsTable(odsRow(['a'], 'table:number-rows-repeated="1048576"'))),
  ],
  ['too many columns', 'TOO_MANY_COLUMNS', () => table('a;'.repeat(200))],
  ['more than 5 MB', 'FILE_TOO_LARGE', () => Buffer.alloc(5_000_001, 'a')],
];

test('COM-1: bad files are refused with a code and a sentence in French, write nothing, and the service lives on', async () => {
  await importFile(csv);
  const before = await written();
  for (const [name, code, make, fileName = 'annexe2.xlsx'] of evil) {
    const startedAt = performance.now();
    const { written: taken, faults } = await importFile(await make(), { fileName });
    const codes = faults.map((fault) => fault.code);
    expect({ name, taken, codes }).toEqual({
      name,
      taken: false,
      codes: expect.arrayContaining([code]),
    });
    for (const { message } of faults) expect(message).toMatch(/^[«A-ZÉ0-9].*[.…]$/u);
    expect(performance.now() - startedAt).toBeLessThan(20_000 * patience);
  }
  expect(evil.length).toBeGreaterThanOrEqual(30);
  expect(await written()).toBe(before);
  expect(await importFile(await xlsxOf([{ rows }]))).toMatchObject({ written: true, faults: [] });
}, 120_000);

test('COM-3: the member sends its own table on the last day, and not on the day after', async () => {
  await world.day('2022-01-15');
  expect(await importFile(csv, { caller: member })).toMatchObject({ written: true });
  const other = table('AUTRE-CENTRE-1;9');
  await world.day('2022-01-16');
  expect(await codeOf(importFile(other, { caller: member }))).toBe('ANNEXE2_FROZEN');
  // A letter sent in time is still typed, and typed again, until somebody has verified it.
  expect(await importFile(other)).toMatchObject({ written: true });
  expect((await show(member)).replaceableUntil).toBe('2022-01-15');
});

test('SUP-3: another member, and roles that only read, import and see nothing', async () => {
  await importFile(csv);
  const stranger = ordererOf(vertou.siren);
  const elsewhere = callerOf({ ...member, roles: ['member-orderer'], markets: ['autre'] });
  expect(await codeOf(importFile(csv, { caller: stranger }))).toBe('NOT_FOUND');
  expect(
    await codeOf(importFile(csv, { caller: callerOf({ ...stranger, roles: ['supplier'] }) })),
  ).toBe('NOT_FOUND');
  expect(await codeOf(importFile(csv, { caller: elsewhere }))).toBe('NOT_FOUND');
  expect(await codeOf(show(stranger))).toBe('NOT_FOUND');
});

test('a key gives its first answer again, never another file’s', async () => {
  const keyed = { idempotencyKey: 'key-of-the-form', caller: member };
  const other = table('AUTRE-CENTRE-1;9');
  await importFile(csv, keyed);
  await importFile(other, { idempotencyKey: 'another-key', caller: member });
  expect(await importFile(csv, keyed)).toMatchObject({ written: true });
  // The repetition came late: the second file stays the last one.
  expect((await show(member)).commitment).toEqual([{ itemCode, quantity: 421 }]);
  expect(await codeOf(importFile(table('AUTRE-1-1;1'), keyed))).toBe('IDEMPOTENCY_KEY_REUSED');
  await world.day('2022-01-16');
  const late = { idempotencyKey: 'a-late-key', caller: member };
  expect(await codeOf(importFile(table('AUTRE-1-1;1'), late))).toBe('ANNEXE2_FROZEN');
  expect(await codeOf(importFile(table('AUTRE-1-1;1'), late))).toBe('ANNEXE2_FROZEN');
  const { rows } = await world.database.query(
    `select 1 from platform.audit_entry where action = 'annexe2.imported.refused'`,
  );
  expect(rows).toHaveLength(1);
});

test('COM-1: another person verifies it against the signed document, and then nothing of it changes', async () => {
  const { sha256 } = await importFile(csv, { caller: member });
  const verify = (signedDocumentId: string, caller = verifier) =>
    world.verifyAnnexe2.execute({ membershipId, sha256, signedDocumentId, caller });
  const signed = await upload('doc-annexe2', 'ANNEXE2', ancenis.siren);
  await upload('doc-convention', 'CONVENTION', ancenis.siren);
  await upload('doc-vertou', 'ANNEXE2', vertou.siren);
  expect(await codeOf(verify('doc-convention'))).toBe('DOCUMENT_NOT_ANNEXE2');
  expect(await codeOf(verify('doc-vertou'))).toBe('DOCUMENT_UNKNOWN');
  const importer = { ...coordinator, userId: member.userId };
  expect(await codeOf(verify('doc-annexe2', importer))).toBe('VERIFIER_IS_IMPORTER');
  await verify('doc-annexe2');
  expect(await show(member)).toMatchObject({
    sha256,
    verifiedOn: '2022-01-14',
    signed: { documentId: 'doc-annexe2', sha256: signed },
  });
  for (const change of [
    `update annexe2 set sha256 = 'x'`,
    `update annexe2 set verified_by = 'autre'`,
    'delete from annexe2',
    'update annexe2_line set quantity = 1',
    'delete from annexe2_line',
  ]) {
    await expect(world.fresh.asOwner(change)).rejects.toThrow();
  }
});

test('the lines of a transcription come page by page', async () => {
  expect(await codeOf(show(member))).toBe('ANNEXE2_MISSING');
  await importFile(csv);
  expect((await show(member, 0, 1)).lines.map(({ line }) => line)).toEqual([2, 3]);
  expect((await show(member, 2, 1)).lines.map(({ line }) => line)).toEqual([3]);
});

/** Gives the digest of a document that lies in the file of a member. */
async function upload(id: string, kind: string, siren: string): Promise<string> {
  const sha256 = keptPapers.keep(id);
  await world.database.query('insert into document_blob (sha256, size) values ($1, 1)', [sha256]);
  await world.database.query(
    `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, organisation_id, uploaded_by, uploaded_on)
     values ($1, $2, 'application/pdf', 'a.pdf', 'Annexe 2', $3, '2022-01-10', $4, $5, 'user', '2022-01-14')`,
    [id, sha256, kind, marketCode, `org-${siren}`],
  );
  return sha256;
}

test('COM-1: a UAI that is no public school of the register is a fault of its line, but by exception of the group’s side', async () => {
  // A private school of the same academy, and one that is invented.
  const content = Buffer.from(`UAI;Nombre\n${ancenis.uai};400\n0440358A;7\n0440001M;5\n`);
  const registerException = 'École ouverte à la rentrée, son UAI paraît en mars.';
  const codes = async (over: Over = {}) =>
    (await importFile(content, over)).faults.map(({ line, code }) => `${line} ${code}`);
  const outside = ['3 UAI_NOT_IN_REGISTER', '4 UAI_NOT_IN_REGISTER'];
  for (const over of [{}, { registerException: ' ' }, { registerException, caller: member }]) {
    expect(await codes(over)).toEqual(outside);
  }
  expect(await written()).toBe('0 0 0');
  expect(await codes({ registerException })).toEqual([]);
  const shown = { registerException, outsideRegister: ['0440001M', '0440358A'] };
  expect(await show(member)).toMatchObject(shown);
  expect(await world.applications.find(membershipId)).toMatchObject({ registerException });
  const { rows: entries } = await world.database.query(
    "select actor, details from platform.audit_entry where action = 'annexe2.imported'",
  );
  expect(entries).toMatchObject([
    {
      actor: coordinator.userId,
      details: { registerException, outsideRegister: ['0440358A', '0440001M'] },
    },
  ]);
  // Where nothing is outside, nothing is excepted.
  await importFile(csv, { registerException });
  expect(await show(member)).toMatchObject({ outsideRegister: [] });
  expect((await show(member)).registerException).toBeUndefined();
});

test('COM-1: whoever writes, a line names a public school of the register, which nobody changes, or the exception is told', async () => {
  const { sha256 } = await importFile(csv);
  const line = `insert into annexe2_line select id, 9, '0440001M', '${itemCode}', 1 from annexe2`;
  await expect(world.database.query(line)).rejects.toThrow('UAI_NOT_IN_REGISTER');
  for (const sql of [
    "insert into public_school values ('0440001M')",
    "update public_school set uai = '0440001M' where uai = '0440437L'",
    'delete from public_school',
    'truncate public_school',
  ]) {
    await expect(world.database.query(sql)).rejects.toThrow('permission denied');
  }
  const excepted =
    "update annexe2 set register_exception = 'x', verified_by = 'b', verified_on = '2022-01-14'";
  await expect(world.database.query(excepted)).rejects.toThrow('permission denied');
  await expect(world.fresh.asOwner(excepted)).rejects.toThrow('verified once');
  expect(await show(member)).toMatchObject({ sha256, outsideRegister: [] });
});
