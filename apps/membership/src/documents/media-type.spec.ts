import { documentKinds } from './domain/document.js';
import { cleanFileName, mediaTypeOf, sizeMax } from './media-type.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const pdf = bytes('%PDF-1.7\n…');

/** A ZIP with empty entries of these names: local headers, central directory, end record. */
function zip(...names: string[]): Uint8Array {
  const local = names.map((name) => {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name)]);
  });
  const central = names.map((name) => {
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(name.length, 28);
    return Buffer.concat([header, Buffer.from(name)]);
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(Buffer.concat(local).length, 16);
  return new Uint8Array(Buffer.concat([...local, ...central, end]));
}

const ods = bytes(
  `PK\u0003\u0004${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK`,
);
const odt = bytes(
  `PK\u0003\u0004${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.textPK`,
);
const xlsx = zip('[Content_Types].xml', 'xl/workbook.xml');

test.each([
  ['a PDF', pdf, 'application/pdf'],
  ['a PNG', bytes('\x89PNG\r\n\x1a\n'), 'image/png'],
  ['a JPEG', bytes('\xff\xd8\xff\xe0'), 'image/jpeg'],
  ['an XLSX', xlsx, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['an ODS', ods, 'application/vnd.oasis.opendocument.spreadsheet'],
  ['a CSV', bytes('UAI;Nombre\n0440437L;\xe912\n'), 'text/csv'],
])('ADH-2: an annex 2 may be %s', async (_name, content, type) => {
  expect(await mediaTypeOf(content, 'ANNEXE2')).toBe(type);
});

test.each([
  ['a ZIP', zip('a.pdf')],
  ['an XLSX with macros', zip('[Content_Types].xml', 'xl/workbook.xml', 'xl/vbaProject.bin')],
  ['a text document', odt],
  ['a program', bytes('MZ\x90\0')],
  ['a ZIP cut short', xlsx.slice(0, 60)],
])('ADH-2: %s is refused, whatever it is called', async (_name, content) => {
  await expect(mediaTypeOf(content, 'ANNEXE2')).rejects.toMatchObject({
    code: 'DOCUMENT_TYPE_REFUSED',
  });
});

test('ADH-2: a spreadsheet is no convention', async () => {
  const refused = 'ni un PDF ni une image';
  await expect(mediaTypeOf(xlsx, 'CONVENTION')).rejects.toThrow(refused);
  await expect(mediaTypeOf(bytes('a;b\n'), 'DELIBERATION')).rejects.toThrow(refused);
});

test('ADH-2: a PDF with a script is refused for every kind, and the refusal says what to do', async () => {
  const script = bytes('%PDF-1.7\n1 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj\n');
  for (const kind of documentKinds) {
    await expect(mediaTypeOf(script, kind)).rejects.toMatchObject({
      ...{ code: 'DOCUMENT_HAS_ACTIVE_CONTENT', kind: 'invalid', details: { reason: 'PROGRAM' } },
      message: expect.stringContaining('au format PDF'),
    });
  }
});

test('20 MB are taken, one byte more and none at all are not', async () => {
  const large = new Uint8Array(sizeMax + 1);
  large.set(pdf);
  expect(await mediaTypeOf(large.subarray(0, sizeMax), 'CONVENTION')).toBe('application/pdf');
  await expect(mediaTypeOf(large, 'CONVENTION')).rejects.toThrow('20 Mo');
  await expect(mediaTypeOf(new Uint8Array(), 'CONVENTION')).rejects.toThrow('vide');
});

test.each([
  ['convention signée.PDF', 'convention signée.pdf'],
  ['../../etc/passwd', 'passwd.pdf'],
  ['C:\\Users\\x\\délib.pdf', 'délib.pdf'],
  ['facture\u202efdp.exe', 'facturefdp.pdf'],
  ['.htaccess', 'htaccess.pdf'],
  ['a\r\nSet-Cookie: b".pdf', 'aSet-Cookie- b.pdf'],
  ['', 'document.pdf'],
])('the name %j becomes %j', (name, clean) => {
  expect(cleanFileName(name, 'application/pdf')).toBe(clean);
});
