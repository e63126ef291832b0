import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { activeContentOf } from './active-content.js';

const judged = (text: string) => activeContentOf(Buffer.from(text, 'latin1'));
const head = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
const tail =
  'xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n';
/** Objects of a file, in the order given, from 1 on. */
const pdf = (...objects: string[]) =>
  head + objects.map((one, n) => `${n + 1} 0 obj\n${one}\nendobj\n`).join('') + tail;
const catalog = (more = '') => `<< /Type /Catalog /Pages 2 0 R ${more}>>`;
const pages = '<< /Type /Pages /Kids [] /Count 0 >>';
const stream = (dictionary: string, bytes: Buffer | string) =>
  `<< ${dictionary} /Length ${bytes.length} >>\nstream\r\n${bytes.toString('latin1')}\nendstream`;
const packed = (text: string, type = '/Type /ObjStm ') =>
  stream(
    `${type}/N 1 /First 4 /Filter /FlateDecode`,
    deflateSync(Buffer.from(`7 0 ${text}`, 'latin1')),
  );
const script = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';

/** So that a failure comes again. */
function* noise(seed: number): Iterable<Buffer> {
  for (let n = 0; ; n += 1) yield createHash('sha512').update(`${seed} ${n}`).digest();
}
function randomBytes(length: number, seed = 1): Buffer {
  const parts: Buffer[] = [];
  for (const part of noise(seed)) if (parts.push(part) * part.length >= length) break;
  return Buffer.concat(parts).subarray(0, length);
}

test.each([
  ['a script', pdf(catalog(), pages, script)],
  ['a script opened at once', pdf(catalog(`/OpenAction ${script}`), pages)],
  [
    'a script by a name in hexadecimal',
    pdf(catalog(), pages, '<< /S /Java#53cript /#4a#53 (x) >>'),
  ],
  ['a script as a stream', pdf(catalog(), pages, '<< /JS 4 0 R >>', stream('', 'app.alert(1)'))],
  ['a script as a hexadecimal string', pdf(catalog(), pages, '<</JS<6170702e>>>')],
  ['a script behind a comment', pdf(catalog(), pages, '<< /JS % a comment\n(x) >>')],
  ['a script in a name tree', pdf(catalog('/Names << /JavaScript 3 0 R >>'), pages, '<< >>')],
  [
    'a script whose kind is an object of its own',
    pdf(catalog(), pages, '<< /S 4 0 R /JS (x) >>', '/JavaScript'),
  ],
  ['an additional action', pdf(catalog(), '<< /Type /Page /AA << /O 5 0 R >> >>')],
  ['an additional action by reference', pdf(catalog('/AA 5 0 R'), pages)],
  ['a program to start', pdf(catalog(), pages, '<< /S /Launch /F (cmd.exe) >>')],
  ['a form that is sent', pdf(catalog(), pages, '<< /S /SubmitForm /F (https://example.org) >>')],
  ['another file to open', pdf(catalog(), pages, '<< /S /GoToR /F (//example.org/a.pdf) >>')],
  ['a form with programs', pdf(catalog('/AcroForm << /XFA 3 0 R >>'), pages)],
  [
    'a page of the web that opens at once',
    pdf(catalog('/OpenAction << /S /URI /URI (https://example.org) >>'), pages),
  ],
  ['the same by reference', pdf(catalog('/OpenAction 3 0 R'), pages, '<< /S /URI /URI (x) >>')],
  [
    'an opening that goes on to another action',
    pdf(catalog('/OpenAction << /S /GoTo /D [2 0 R /Fit] /Next 3 0 R >>'), pages),
  ],
  [
    'an opening whose kind is said twice',
    pdf(catalog('/OpenAction << /S /GoTo /S /URI >>'), pages),
  ],
  ['an object stream', pdf(catalog(), pages, packed(script))],
  ['an object stream without a type', pdf(catalog(), pages, packed(script, ''))],
  [
    'a string of an object stream, where an object may begin',
    pdf(catalog(), pages, packed(`(${script})`)),
  ],
  ['a comment of an object stream', pdf(catalog(), pages, packed(`% ${script}`))],
  ['an opening kept in an object stream', pdf(packed('<< /OpenAction 7 0 R /S /URI >>'))],
])('%s is a program', (_what, text) => {
  expect(judged(text)).toBe('PROGRAM');
});

test.each([
  ['an object within a stream', pdf(catalog(), pages, stream('', `5 0 obj\n${script}\nendobj`))],
  ['an object within a string', pdf(catalog(), pages, `(a 5 0 obj ${script} endobj)`)],
  ['an object within a comment', pdf(catalog(), `% 5 0 obj ${script} endobj\n${pages}`)],
  ['a header with a comment within', pdf(catalog(), pages, stream('', `5 0 % a\nobj${script}`))],
  ['a header without a space', pdf(catalog(), pages, stream('', `5 0obj${script}`))],
  [
    'an object stream that is cut short',
    pdf(catalog(), pages, packed(script).replace(/.{9}\nendstream/s, '\nendstream')),
  ],
  [
    'an object stream that ends before its end',
    pdf(catalog(), pages, packed(script).replace(/(stream\r\n.{9})/s, '$1\nendstream')),
  ],
  [
    'an object stream packed otherwise',
    pdf(catalog(), pages, packed(script).replace('/FlateDecode', '/ASCIIHexDecode')),
  ],
  [
    'an object stream packed twice',
    pdf(catalog(), pages, packed(script).replace('/FlateDecode', '[/ASCII85Decode /FlateDecode]')),
  ],
  [
    'an object stream with two filters to choose from',
    pdf(catalog(), pages, packed(script).replace('/N 1', '/N 1 /Filter /LZWDecode')),
  ],
  [
    'an object stream that is not packed',
    pdf(catalog(), pages, stream('/Type /ObjStm /N 1 /First 4', `7 0 ${pages}`)),
  ],
  [
    'an object stream with a prediction',
    pdf(catalog(), pages, packed(pages).replace('/N 1', '/N 1 /DecodeParms 9 0 R')),
  ],
  [
    'an object stream whose index lies elsewhere',
    pdf(catalog(), pages, packed(pages).replace('/First 4', '/First 5 0 R')),
  ],
  [
    'an object stream that unpacks to 100 MB',
    pdf(catalog(), pages, packed('0'.repeat(100_000_000))),
  ],
  ['an opening that is not there', pdf(catalog('/OpenAction 77 0 R'), pages)],
  [
    'a dictionary that hides its keys behind 10,000 others',
    pdf(catalog(), pages, packed(script).replace('<< ', `<< ${'/A 1 '.repeat(9_999)}`)),
  ],
  ['more tokens than a document has', pdf(catalog(), `[${'0 '.repeat(3_000_001)}]`)],
])('%s cannot be judged', (_what, text) => {
  expect(judged(text)).toBe('UNREADABLE');
});

test('a file that is encrypted is refused, since its texts cannot be judged', () => {
  expect(judged(pdf(catalog(), pages).replace('/Size 9', '/Size 9 /Encrypt 5 0 R'))).toBe(
    'ENCRYPTED',
  );
  expect(judged(pdf(catalog(), pages).replace('/Size 9', '/Encr#79pt<</V 4>>'))).toBe('ENCRYPTED');
});

const attached = (content: string, spec = '<< /Type /Filespec /EF << /F 4 0 R >> >>') =>
  pdf(
    catalog(),
    pages,
    spec,
    stream('/Type /EmbeddedFile /Filter /FlateDecode', deflateSync(Buffer.from(content))),
  );

test.each([
  ['a program', attached('MZ\x90\0')],
  ['a page', attached('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>')],
  [
    'a page by another prefix',
    attached('<?xml version="1.0"?><h:html xmlns:h="http://www.w3.org/1999/xhtml"/>'),
  ],
  [
    'data that a style makes a page',
    attached('<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>'),
  ],
  ['another PDF', attached('%PDF-1.7')],
  [
    'a file named by reference',
    attached('MZ', '<< /EF 5 0 R >>').replace('xref', '5 0 obj << /F 4 0 R >> endobj xref'),
  ],
])('%s may not be attached', (_what, text) => {
  expect(judged(text)).toBe('ATTACHMENT');
});

/** Made by the library that draws our own papers. */
const drawn = (
  draw: (document: PDFKit.PDFDocument) => void,
  options: PDFKit.PDFDocumentOptions = {},
) =>
  new Promise<Buffer>((resolve) => {
    const document = new PDFDocument(options);
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    draw(document);
    document.end();
  });

test('a paper of ours passes, with its data attached as XML (PDF/A-3) too, and not with a script', async () => {
  const paper = await drawn((one) => {
    one.text('Délibération', { link: 'https://example.org/AA' });
    one.file(Buffer.from('<?xml version="1.0"?><rsm:CrossIndustryInvoice/>'), {
      name: 'factur-x.xml',
    });
    one.outline.addItem('Annexe 2, 3 objets');
  });
  expect(activeContentOf(paper)).toBeUndefined();
  const program = await drawn((one) => one.file(Buffer.from('MZ'), { name: 'factur-x.xml' }));
  expect(activeContentOf(program)).toBe('ATTACHMENT');
  const closed = await drawn((one) => one.text('a'), { userPassword: 'secret' });
  expect(activeContentOf(closed)).toBe('ENCRYPTED');
});

test('a scanned page passes, whatever its bytes', () => {
  for (const seed of [1, 2, 3, 4]) {
    const image = stream(
      '/Type /XObject /Subtype /Image /Filter /DCTDecode',
      randomBytes(2_000_000, seed),
    );
    expect(
      judged(pdf(catalog(), pages, image, '<< /Type /Page /Contents 5 0 R >>')),
    ).toBeUndefined();
  }
});

test.each([
  ['no more than a header', '%PDF-1.4\n% 12\n%%EOF\n'],
  [
    'of TeX: object streams, a first page, links',
    pdf(
      stream(
        '/Type /XRef /W [1 2 1] /Root 7 0 R /Filter /FlateDecode /DecodeParms << /Predictor 12 >>',
        deflateSync(randomBytes(400)),
      ),
      stream(
        '/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode',
        deflateSync(
          Buffer.from(
            '7 0 8 54 << /Type /Catalog /Pages 2 0 R /OpenAction 8 0 R >>      << /S /GoTo /D [2 0 R /Fit] >> << /S /URI /URI (https://example.org/JS/a) >>',
          ),
        ),
      ),
    ),
  ],
  ['that opens at its first page', pdf(catalog('/OpenAction [2 0 R /XYZ null null 0]'), pages)],
  [
    'whose glyphs have short names',
    pdf(catalog(), pages, '<< /Differences [ 1 /A /AA /JS 66 /B ] >>'),
  ],
  [
    'with texts about objects',
    pdf(
      catalog('/Title (Les 3 objets de l’annexe 2, obj. 4)'),
      pages,
      stream('', 'BT (Total de 3 objets) Tj ET'),
    ),
  ],
  [
    'signed, then signed again',
    pdf(catalog(), pages, '<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00ff> >>') +
      `3 0 obj\n<< /Type /Sig >>\nendobj\n${tail}`,
  ],
  [
    'with a form that is filled in',
    pdf(catalog('/AcroForm << /Fields [3 0 R] >>'), pages, '<< /FT /Tx /V (42) >>'),
  ],
])('a PDF %s passes', (_what, text) => {
  expect(judged(text)).toBeUndefined();
});

/** What a document may have at most with `npm run prove -- security`. */
const megabytes = process.env['PROVE'] === '1' ? 20 : 4;

test(`${megabytes} MB of comments, strings or openings are judged within seconds`, () => {
  for (const part of ['% a\n', '(1 obj)', '/OpenAction[']) {
    // Of the processor, not of the clock: other tests run beside it.
    const begun = process.threadCpuUsage().user;
    judged(head + part.repeat((megabytes * 1024 * 1024) / part.length));
    expect({ part, isFast: process.threadCpuUsage().user - begun < 10_000_000 }).toEqual({
      part,
      isFast: true,
    });
  }
}, 60_000);
