import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { localDate } from '#libs/time';
import { generateDirectory, type DirectoryFormat } from './generate-directory.js';

jest.setTimeout(120_000);

const area = mkdtempSync(join(tmpdir(), 'formats-'));
afterAll(() => rmSync(area, { recursive: true }));

/** The same people in each format, on a day after a rentrée. */
function generate(format: DirectoryFormat) {
  const folder = join(area, format);
  const day = localDate('2026-11-20');
  return { folder, ...generateDirectory({ format, folder, seed: 7, size: 1500, day }) };
}
const [aaf, onde, csv, ldif] = (['aaf', 'onde', 'csv', 'ldif'] as const).map(generate);

const cellsOf = (text: string): string[][] => parse(text, { delimiter: ';', bom: true });
const ondeFiles = (kind: string) =>
  onde!.files
    .filter((file) => file.includes(kind))
    .map((file) => cellsOf(iconv.decode(readFileSync(join(onde!.folder, file)), 'win1252')));
const aafText = (entity: string) =>
  aaf!.files
    .filter((file) => file.includes(entity))
    .map((file) => readFileSync(join(aaf!.folder, file), 'utf8'))
    .join('');

describe('ONDE', () => {
  test('holds every pupil of the AAF once, by INE, in 22 columns of Windows-1252', () => {
    const tables = ondeFiles('eleves');
    const ines = tables.flatMap(([header, ...rows]) => {
      expect(header).toHaveLength(22);
      expect(header![14]).toBe(' Cycle');
      return rows.map((row) => row[5]!);
    });
    const stated = [...aafText('_Eleve_').matchAll(/ENTEleveINE"><value>([^<]+)/g)].map(
      (m) => m[1],
    );
    expect(ines.length).toBe(onde!.pupils);
    expect(ines.sort()).toEqual(stated.sort());
    // Read as Windows-1252, a file of UTF-8 would show these.
    expect(JSON.stringify(tables)).not.toMatch(/Ã/);
    expect(JSON.stringify(tables)).toMatch(/é/);
  });

  test('names in blocks of four the children of each guardian, as the pupils’ file spells them', () => {
    const pupils = ondeFiles('eleves').map(([, ...rows]) =>
      rows.map((row) => `${row[0]}|${row[2]}`),
    );
    const unknown: string[] = [];
    let links = 0;
    for (const [school, [header, ...rows]] of ondeFiles('responsables').entries()) {
      expect((header!.length - 12) % 4).toBe(0);
      expect(header![12]).toBe("Nom d'usage enfant");
      for (const row of rows) {
        expect(row).toHaveLength(header!.length);
        for (let at = 12; at < row.length; at += 4) {
          if (row[at + 2] === '') continue;
          links++;
          const child = `${row[at + 1]}|${row[at + 2]}`;
          if (!pupils[school]!.includes(child)) unknown.push(child);
        }
      }
    }
    expect(unknown).toEqual([]);
    expect(links).toBe(
      [...aafText('PersRelEleve').matchAll(/ENTPersRelEleveEleve">(.*?)<\/attr>/g)].flatMap((m) =>
        m[1]!.match(/<value>/g)!,
      ).length,
    );
  });

  test('spells some pupils otherwise than the AAF, and gives some two addresses', () => {
    const rows = ondeFiles('eleves').flatMap(([, ...all]) => all);
    const names = new Map(
      aafText('_Eleve_')
        .split('<addRequest>')
        .slice(1)
        .map((entry) => [
          /ENTEleveINE"><value>([^<]+)/.exec(entry)![1]!,
          /ENTPersonNom"><value>([^<]+)/.exec(entry)![1]! +
            '|' +
            /ENTPersonPrenom"><value>([^<]+)/.exec(entry)![1]!,
        ]),
    );
    const otherwise = rows.filter((row) => names.get(row[5]!) !== `${row[0]}|${row[2]}`).length;
    expect(otherwise / rows.length).toBeGreaterThan(0.01);
    expect(otherwise / rows.length).toBeLessThan(0.12);
    const apart = rows.filter((row) => row[10] !== '').length;
    expect(apart / rows.length).toBeGreaterThan(0.1);
  });
});

describe('CSV of the ENT', () => {
  const table = (profile: string) =>
    csv!.files
      .filter((file) => file.endsWith(`/${profile}.csv`))
      .map((file) => cellsOf(readFileSync(join(csv!.folder, file), 'utf8')));
  test('has five files a school, with the columns that its templates ask for and the people of the AAF', () => {
    expect(csv!.files).toHaveLength(5 * csv!.schools);
    for (const profile of ['Teacher', 'Personnel', 'Student', 'Relative', 'Guest']) {
      expect(table(profile)).toHaveLength(csv!.schools);
      for (const [header] of table(profile)) expect(header!.join()).toMatch(/Prénom\*/);
    }
    expect(table('Student').flatMap(([, ...rows]) => rows)).toHaveLength(aaf!.pupils);
    expect(new Set(table('Teacher').flatMap(([, ...rows]) => rows.map((row) => row[3])))).toEqual(
      new Set(['Directeur', 'Enseignant']),
    );
    const duties = table('Personnel').flatMap(([, ...rows]) => rows.map((row) => row[3]));
    expect(new Set(duties)).toEqual(new Set(['AESH', 'ATSEM']));
    expect(
      table('Teacher')
        .flatMap(([, ...rows]) => rows.map((row) => row[11]))
        .every(Boolean),
    ).toBe(true);
  });
});

describe('LDIF', () => {
  type Entry = { dn: string; attributes: [name: string, value: string][] };
  /** By the grammar of RFC 2849 alone. */
  function entriesIn(text: string): Entry[] {
    const [version, ...blocks] = text.replaceAll('\n ', '').trimEnd().split('\n\n');
    expect(version).toBe('version: 1');
    return blocks.map((block) => {
      const lines = block.split('\n').map((line): [string, string] => {
        const match =
          /^([A-Za-z][A-Za-z0-9-]*)(?:: ([\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*)|:: ([A-Za-z0-9+/]+=*))$/.exec(
            line,
          );
        if (!match) throw new Error(`no line of LDIF: ${line}`);
        return [match[1]!, match[2] ?? Buffer.from(match[3]!, 'base64').toString('utf8')];
      });
      expect(lines[0]![0]).toBe('dn');
      return { dn: lines[0]![1], attributes: lines.slice(1) };
    });
  }
  const text = readFileSync(join(ldif!.folder, 'directory.ldif'), 'utf8');
  const entries = entriesIn(text);

  test('gives each person of the AAF one entry of its own DN, after its parent, with references that exist', () => {
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(76);
    const dns = new Set<string>();
    for (const { dn } of entries) {
      if (dns.size > 0) expect(dns).toContain(dn.slice(dn.indexOf(',') + 1));
      expect(dns).not.toContain(dn);
      dns.add(dn);
    }
    expect(entries).toHaveLength(3 + aaf!.schools + aaf!.pupils + aaf!.guardians + aaf!.staff);
    const named = entries.flatMap(({ attributes }) =>
      attributes
        .filter(([name]) => /StructRattach|Classes|Parents|PersRelEleveEleve|Fonctions/.test(name))
        .map(([, value]) => value.split('$')[0]!),
    );
    expect(named.length).toBeGreaterThan(aaf!.pupils * 3);
    expect(named.filter((dn) => !dns.has(dn))).toEqual([]);
    const functions = entries.flatMap(({ attributes }) =>
      attributes.filter(([name]) => name === 'ENTPersonFonctions').map(([, value]) => value),
    );
    expect(functions.length).toBeGreaterThan(0);
    expect(functions.filter((value) => value.split('$').length !== 5)).toEqual([]);
    const uids = entries
      .map(({ dn }) => /^uid=([^,]+)/.exec(dn)?.[1])
      .filter((uid) => uid !== undefined);
    expect(uids.filter((uid) => !/^[A-Z]{3}\d{5}$/.test(uid))).toEqual([]);
  });

  test('has the attributes without which a class of the schema refuses an entry', () => {
    for (const { dn, attributes } of entries) {
      const has = new Set(attributes.map(([name]) => name));
      const must = dn.startsWith('uid=')
        ? ['cn', 'sn', 'ENTPersonLogin', 'ENTPersonJointure']
        : dn.startsWith('ENTStructure')
          ? ['ou', 'ENTStructureJointure', 'ENTStructureNomCourant', 'ENTStructureSIREN']
          : ['objectClass'];
      expect(must.filter((name) => !has.has(name))).toEqual([]);
    }
  });
});
