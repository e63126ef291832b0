import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { jest } from '@jest/globals';
import { tgz } from '../../test/archives.test-support.js';
import { AafDirectorySource } from './directory.aaf-source.js';
import type { SourceAttributes, SourceModification, SourceStatement } from './directory-source.js';

jest.setTimeout(120_000);

const goldens = join(import.meta.dirname, '../../test/goldens');
const full = join(goldens, 'aaf-1d-full');
const delta = join(goldens, 'aaf-1d-delta');
const source = new AafDirectorySource();
const area = mkdtempSync(join(tmpdir(), 'deltas-'));
afterAll(() => rmSync(area, { recursive: true }));

describe('a delta', () => {
  const causeOf = (reading: Promise<unknown>) =>
    reading.then(
      () => 'READ',
      (error: { details?: { cause?: string } }) => error.details?.cause,
    );
  const drained = async (batches: AsyncIterable<unknown>) => {
    for await (const batch of batches) void batch;
  };

  test('is told from a full export, may lack entities, and neither is read as the other', async () => {
    expect(await source.inventory(full)).toMatchObject({ extent: 'FULL' });
    expect(await source.inventory(delta)).toMatchObject({ extent: 'DELTA', datedOn: '2025-09-16' });
    expect(await causeOf(drained(source.read(delta)))).toBe('NOT_A_FULL_EXPORT');
    expect(await causeOf(drained(source.readDelta(full)))).toBe('NOT_A_DELTA');
  });

  test('is told by its archive’s name where its files do not say', async () => {
    const pack = await tgz([
      { name: 'Eleve_0000.xml', content: Buffer.from('<ficAlimMENESR></ficAlimMENESR>') },
    ]);
    writeFileSync(join(area, 'DeltaENT1D.20250916.tgz'), pack);
    writeFileSync(join(area, 'ENT1D.20250916.tgz'), pack);
    expect(await source.inventory(join(area, 'DeltaENT1D.20250916.tgz'))).toMatchObject({
      extent: 'DELTA',
    });
    expect(await causeOf(source.inventory(join(area, 'ENT1D.20250916.tgz')))).toBe('FILE_MISSING');
  });

  test('is refused among files of a full export, with a hole in its parts, and without any file', async () => {
    const mixed = join(area, 'mixed');
    cpSync(full, mixed, { recursive: true });
    cpSync(delta, mixed, { recursive: true });
    expect(await causeOf(source.inventory(mixed))).toBe('FULL_AND_DELTA');
    const holed = join(area, 'holed');
    cpSync(delta, holed, { recursive: true });
    const name = readdirSync(holed).find((file) => file.includes('_Eleve_'))!;
    cpSync(join(holed, name), join(holed, name.replace('_0000', '_0002')));
    expect(await causeOf(source.inventory(holed))).toBe('PART_MISSING');
    expect(await causeOf(source.inventory(area))).toBe('FILE_MISSING');
  });

  /** A copy of a delivery under other names, of another day or academy. */
  function added(to: string, from: string, change: (text: string) => string): void {
    for (const file of readdirSync(from).filter((name) => name.endsWith('.xml')))
      writeFileSync(join(to, change(file)), change(readFileSync(join(from, file), 'utf8')));
  }
  const lastNamesOf = async (folder: string) => {
    const found: string[] = [];
    for await (const batch of source.readDelta(folder))
      for (const change of batch)
        if (change.kind === 'change' && change.change === 'MODIFY')
          found.push(...(change.attributes.ENTPersonNom ?? []));
    return found;
  };

  test('DIR-3: two full exports in one folder are refused: the older would be taken for the truth, with all who left', async () => {
    const both = join(area, 'two-days');
    cpSync(full, both, { recursive: true });
    added(both, full, (text) => text.replaceAll('20250915', '20250922'));
    expect(readdirSync(both).length).toBeGreaterThan(readdirSync(full).length);
    expect(await causeOf(source.inventory(both))).toBe('TWO_EXPORTS');
    expect(await causeOf(drained(source.read(both)))).toBe('TWO_EXPORTS');
    // As an academy may deliver its schools: each has its own files, of one day.
    const bySchool = join(area, 'by-school');
    cpSync(full, bySchool, { recursive: true });
    added(bySchool, full, (text) => text.replaceAll('ENT1DVA-ENT17', 'ENT_0440290B'));
    expect(await source.inventory(bySchool)).toMatchObject({ extent: 'FULL' });
  });

  test.each([
    ['full exports', full],
    ['deltas', delta],
  ])(
    'DIR-5: %s of two academies are refused: each numbers its people from 1',
    async (_what, of) => {
      const both = mkdtempSync(join(area, 'two-academies-'));
      cpSync(of, both, { recursive: true });
      added(both, of, (text) =>
        text
          .replaceAll('ENT1DVA-ENT17', 'ENT1DVA-ENT13')
          .replaceAll('codeAcademieExport="17"', 'codeAcademieExport="13"'),
      );
      expect(await causeOf(source.inventory(both))).toBe('TWO_ACADEMIES');
    },
  );

  test('DIR-3: of several days in one folder are read day by day, and are of the last', async () => {
    const both = join(area, 'deltas-of-two-days');
    mkdirSync(both);
    const document = (day: string, name: string) =>
      `<?xml version="1.0" encoding="UTF-8"?><!-- dateGenerationExport="${day}" --><ficAlimMENESR><modifyRequest>
       <operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
       <identifier><id>1</id></identifier><modifications>
       <modification name="ENTPersonNom" operation="replace"><value>${name}</value></modification>
       </modifications></modifyRequest></ficAlimMENESR>`;
    const lay = (day: string, part: string, text: string) =>
      writeFileSync(join(both, `ENT1DVA-ENT17_Delta_${day}_Eleve_${part}.xml`), text);
    lay('20250916', '0000', document('16/09/2025', 'FIRST'));
    lay('20250916', '0001', document('16/09/2025', 'SECOND'));
    lay('20250917', '0000', document('17/09/2025', 'LAST'));
    expect(await lastNamesOf(both)).toEqual(['FIRST', 'SECOND', 'LAST']);
    expect(await source.inventory(both)).toMatchObject({ datedOn: '2025-09-17' });
  });
});

/** Attributes by key: what a source knows of its pupils on a day. */
type Population = ReadonlyMap<string, SourceAttributes>;
const optional = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant([]), fc.array(value, { maxLength: 3 }));
const pupil = fc.record({
  ENTPersonNom: fc.constantFrom(['Roux'], ['Brun']),
  ENTPersonPrenom: fc.constantFrom(['Élie'], ['Zoé']),
  ENTPersonDateNaissance: fc.constantFrom(['04/05/2016'], ['05/05/2016']),
  ENTPersonStructRattach: fc.constantFrom(['10'], ['11'], ['10', '11']),
  ENTPersonClasses: optional(fc.constantFrom('10$$$7$CP', '11$$$8$CE1', '10$CM1')),
  ENTPersonGroupes: optional(fc.constantFrom('10$$$3$Chorale')),
  ENTEleveNiveau: fc.constantFrom([], ['1121$CP'], ['1125$CM2']),
  ENTEleveAutoriteParentale: optional(fc.constantFrom('21$1', '22$20$1$1$1$0')),
});
const population: fc.Arbitrary<Population> = fc
  .dictionary(fc.constantFrom('1', '2', '3', '4', '5', '6'), pupil)
  .map((pupils) => new Map(Object.entries(pupils)));

const values = (list: readonly string[]) =>
  list.length === 0 ? '<value/>' : list.map((value) => `<value>${value}</value>`).join('');
const opening = (request: string, key: string) =>
  `<${request}><identifier><id>${key}</id></identifier>`;
function addition(key: string, attributes: SourceAttributes): string {
  const attrs = Object.entries({ ENTPersonJointure: [key], ...attributes });
  const written = attrs.map(([name, list]) => `<attr name="${name}">${values(list)}</attr>`);
  return `${opening('addRequest', key)}<attributes>${written.join('')}</attributes></addRequest>`;
}
/** The requests that lead from one day to the next. */
function requests(before: Population, after: Population): string {
  const gone = [...before.keys()].filter((key) => !after.has(key));
  const removals = gone.map((key) => `${opening('deleteRequest', key)}</deleteRequest>`);
  const others = [...after].map(([key, attributes]) => {
    const known = before.get(key);
    if (!known) return addition(key, attributes);
    const changed = Object.entries(attributes).filter(
      ([name, list]) => list.join('|') !== known[name]!.join('|'),
    );
    const written = changed.map(
      ([name, list]) =>
        `<modification name="${name}" operation="replace">${values(list)}</modification>`,
    );
    if (written.length === 0) return '';
    return `${opening('modifyRequest', key)}<modifications>${written.join('')}</modifications></modifyRequest>`;
  });
  return [...removals, ...others].join('\n');
}

/** What a source has stated so far, as a consumer holds it. */
type Held = Map<string, SourceStatement>;
async function applyDelta(held: Held, path: string): Promise<void> {
  for await (const batch of source.readDelta(path)) {
    for (const record of batch) {
      if (record.kind === 'remark') continue;
      if (record.change === 'DELETE') held.delete(record.sourceKey);
      else if (record.change === 'ADD') held.set(record.sourceKey, record.statement);
      else {
        const restated = source.restate(record, held.get(record.sourceKey)!.attributes!);
        const statement = restated.find((each) => each.kind !== 'remark');
        if (statement) held.set(record.sourceKey, statement);
      }
    }
  }
}
const content = (held: Held) =>
  [...held.values()]
    .map(({ file: _file, line: _line, attributes: _attributes, ...said }) => said)
    .sort((a, b) => (a.sourceKey < b.sourceKey ? -1 : 1));

let folders = 0;
function written(extent: 'Complet' | 'Delta', body: string): string {
  const folder = join(area, `chain-${(folders += 1)}`);
  if (extent === 'Complet') cpSync(full, folder, { recursive: true });
  else cpSync(delta, folder, { recursive: true });
  const name = readdirSync(folder).find((file) => file.includes('_Eleve_'))!;
  writeFileSync(join(folder, name), `<ficAlimMENESR>${body}</ficAlimMENESR>`);
  return folder;
}
/** Somebody who is always there: a full export without pupils is refused. */
const constant = addition('0', {
  ENTPersonNom: ['A'],
  ENTPersonPrenom: ['B'],
  ENTPersonDateNaissance: ['04/05/2016'],
});
async function readFull(pupils: Population): Promise<Held> {
  const held: Held = new Map();
  const body = constant + [...pupils].map(([key, each]) => addition(key, each)).join('\n');
  for await (const batch of source.read(written('Complet', body), { withAttributes: true }))
    for (const record of batch) if (record.kind === 'pupil') held.set(record.sourceKey, record);
  return held;
}

test('DIR-1: a full export and the chain of deltas up to its day state the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(population, { minLength: 2, maxLength: 4 }), async (days) => {
      const held = await readFull(days[0]!);
      for (const [index, day] of days.slice(1).entries())
        await applyDelta(held, written('Delta', requests(days[index]!, day)));
      expect(content(held)).toEqual(content(await readFull(days.at(-1)!)));
    }),
    { numRuns: 40 },
  );
});

test('a modification carries an INE only if it names one, and no attributes keep it', async () => {
  const folder = written(
    'Delta',
    `${opening('modifyRequest', '1')}<modifications><modification name="ENTEleveINE" operation="replace"><value>120045678HK</value></modification></modifications></modifyRequest>
     ${opening('modifyRequest', '2')}<modifications><modification name="ENTPersonNom" operation="replace"><value>Brun</value></modification></modifications></modifyRequest>`,
  );
  const held = {
    ENTPersonJointure: ['1'],
    ENTPersonNom: ['Roux'],
    ENTPersonPrenom: ['Élie'],
    ENTPersonDateNaissance: ['04/05/2016'],
  };
  const restated = [];
  for await (const batch of source.readDelta(folder))
    for (const record of batch)
      if (record.kind === 'change' && record.change === 'MODIFY')
        restated.push(
          ...source.restate(record, { ...held, ENTPersonJointure: [record.sourceKey] }),
        );
  expect(restated).toMatchObject([
    { sourceKey: '1', lastName: 'Roux', ine: '120045678HK' },
    { sourceKey: '2', lastName: 'Brun' },
  ]);
  expect(restated[1]).not.toHaveProperty('ine');
  expect(
    JSON.stringify(restated.map((record) => 'attributes' in record && record.attributes)),
  ).not.toContain('120045678HK');
});

test('a modification that leaves no name gives a remark and no statement', () => {
  const change: SourceModification = {
    ...({ kind: 'change', change: 'MODIFY', entity: 'guardian', sourceKey: '1' } as const),
    ...({ file: 'f.xml', line: 7, datedOn: '', attributes: { ENTPersonNom: [] } } as const),
  };
  const held = { ENTPersonJointure: ['1'], ENTPersonNom: ['Roux'], ENTPersonPrenom: ['Élie'] };
  expect(source.restate(change, held)).toEqual([
    { kind: 'remark', code: 'NAME_MISSING', subject: '1', file: 'f.xml', line: 7 },
  ]);
});
