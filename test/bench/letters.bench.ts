import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import PDFDocument from 'pdfkit';
import { Commands } from '#libs/commands';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf } from '#libs/testing';
import { aPupil } from '../../apps/provisioning/test/people.test-support.js';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import { EntHttpGateway } from '../../apps/provisioning/src/ent/ent.module.js';
import { LetterPeople } from '../../apps/provisioning/src/letters/letter-people.pg.js';
import { LetterRequests } from '../../apps/provisioning/src/letters/letter-requests.pg.js';
import { PrintLetters } from '../../apps/provisioning/src/letters/print-letters.js';
import { PdfFile } from '../support/pdf-file.js';
import { entLogin, startEnt } from './provisioning/separate-ent.js';

const usage = `npm run bench -- letters [--size N] [--json]
A class of N letters (30 unless told, 60 at most): people and ways in read, codes asked of the simulated ENT in a process of
its own, each letter journalled, the PDF written; next to a bare pdfkit that writes the same texts on as many pages, neither
tagged nor measured. The first print of the process, then the middle one of nine.`;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (values.help || !Number.isInteger(size) || size < 1 || size > 60) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const [uai, classLabel, day] = ['0440001A', 'CM1', '2022-09-05'];
const rounds = 9;

const ent = await startEnt();
const bed = await ProvisioningBed.start();
try {
  await bed.begin(day);
  await bed.aMembership('m1', { ordered: size, uais: [uai] });
  const pupils = Array.from({ length: size }, (_, index) => aPupil(index + 1, { uai, classLabel }));
  await bed.import(pupils, { on: day });
  bed.run({ entUrl: ent.url });
  await bed.untilQuiet();

  const print = printer();
  const [firstMs, { pdf, printed }] = await timed(print);
  if (printed !== size) throw new Error(`${printed} letters, not ${size}`);
  const pages = [...new PdfFile(pdf).pages()].map(({ texts }) => texts.map(({ text }) => text));
  const productMs = await middleOf(print);
  await bare(pages);
  const bareMs = await middleOf(() => bare(pages));
  const ratio = Math.round((bareMs / productMs) * 1_000) / 1_000;
  say(
    `  a class of ${size} letters     ${Math.round(productMs)} ms   the first ${Math.round(firstMs)} ms`,
  );
  say(`  bare pdfkit, same texts   ${Math.round(bareMs)} ms   ratio ${ratio}`);
  if (values.json) {
    say(
      JSON.stringify({
        ...{ name: 'letters', size, unit: 'ms', bytes: pdf.length },
        ...{ rate: Math.round(productMs), first: Math.round(firstMs) },
        baselines: { 'bare-pdfkit': Math.round(bareMs) },
        ratios: { 'bare-pdfkit': ratio },
        peakRssMb: { provisioning: Math.round(process.resourceUsage().maxRSS / 1024) },
      }),
    );
  }
} finally {
  await bed.stop();
  ent.child.kill();
}

function printer() {
  const { database, unitOfWork } = bed.fresh;
  const letters = new PrintLetters(
    new Commands(unitOfWork, new PgBusinessDate(database)),
    new LetterPeople(database),
    new LetterRequests(database),
    new EntHttpGateway({ url: ent.url, ...entLogin, timeoutMs: 10_000 }),
    { url: 'https://ent.example.org' },
  );
  const head = callerOf({ roles: ['school'], uais: [uai] });
  return () => letters.ofClass(uai, classLabel, head);
}

/** The same texts with the same face, each where it falls. */
function bare(pages: readonly (readonly string[])[]): Promise<Buffer> {
  const face = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';
  const document = new PDFDocument({
    ...{ size: 'A4', autoFirstPage: false },
    font: createRequire(import.meta.url).resolve(face),
  });
  for (const texts of pages) {
    document.addPage();
    for (const [at, text] of texts.entries())
      document.fontSize(11).text(text, 48, 48 + at * 16, { lineBreak: false });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.end();
  });
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const begun = performance.now();
  const made = await work();
  return [performance.now() - begun, made];
}

async function middleOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await timed(work))[0]);
  return times.sort((a, b) => a - b)[rounds >> 1]!;
}
