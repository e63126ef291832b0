import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { addDays, localDate, type LocalDate } from '#libs/time';
import { PopulationDays } from '../school-years/population-days.js';
import { replacements } from './aaf-days.js';
import { generateDirectory, type GenerateDirectoryOptions } from './generate-directory.js';

jest.setTimeout(120_000);

const area = mkdtempSync(join(tmpdir(), 'aaf-days-'));
afterAll(() => rmSync(area, { recursive: true }));

const first = localDate('2025-09-01');
let folders = 0;
function generate(options: Partial<GenerateDirectoryOptions> = {}) {
  const folder = join(area, String(folders++));
  const base = { format: 'aaf', seed: 7, size: 1500, day: first, folder } as const;
  return { folder, ...generateDirectory({ ...base, ...options }) };
}

type Change = {
  readonly kind: string;
  readonly entity: string;
  readonly key: string;
  readonly lists: Map<string, string[]>;
};

/** Read by saxes alone, knowing only the DTD: nothing of our own parser, nothing of the writer. */
function changesIn(folder: string): Change[] {
  const changes: Change[] = [];
  for (const file of readdirSync(folder).sort()) {
    const parser = new SaxesParser();
    let change: Change | undefined;
    let list: string[] = [];
    let text = '';
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
      text = '';
      if (name.endsWith('Request')) {
        change = { kind: name, entity: '', key: '', lists: new Map() };
      } else if (name === 'attr' || name === 'modification') {
        list = [];
        change!.lists.set(String(attributes['name']), list);
      }
    });
    parser.on('text', (more) => (text += more));
    parser.on('closetag', ({ name }) => {
      if (name === 'value') list.push(text);
      if (name === 'id') change = { ...change!, key: text };
      if (name.endsWith('Request')) changes.push(change!);
      text = '';
    });
    parser.write(readFileSync(join(folder, file), 'utf8')).close();
  }
  return changes.map((change) => {
    const category = [...change.lists.keys()].find((name) => name.startsWith('categorie'))!;
    const entity = change.lists.get(category)![0]!;
    change.lists.delete(category);
    return { ...change, entity };
  });
}

type State = Map<string, Map<string, readonly string[]>>;

/** As the reference has it: add the whole, replace whole lists, delete; an empty value is none. */
function applied(state: State, changes: readonly Change[]): State {
  const next: State = new Map(state);
  for (const { kind, entity, key, lists } of changes) {
    const place = `${entity} ${key}`;
    if (kind === 'addRequest' && next.has(place)) throw new Error(`${place} is added twice`);
    if (kind !== 'addRequest' && !next.has(place)) throw new Error(`${place} is not there`);
    if (kind === 'deleteRequest') next.delete(place);
    else {
      const entry = new Map(kind === 'addRequest' ? [] : next.get(place));
      for (const [name, values] of lists) {
        const kept = values.filter((value) => value !== '');
        if (kept.length > 0) entry.set(name, kept);
        else entry.delete(name);
      }
      next.set(place, entry);
    }
  }
  return next;
}

/** A line for each entry, sorted, as the order of entries and attributes says nothing. */
const linesOf = (state: State): string[] =>
  [...state]
    .map(
      ([place, lists]) =>
        `${place} ${JSON.stringify([...lists].sort(([a], [b]) => (a < b ? -1 : 1)))}`,
    )
    .sort();

/** What only one of them holds: few lines, where a comparison of all would be slow. */
function differences(one: State, other: State): string[] {
  const [left, right] = [new Set(linesOf(one)), new Set(linesOf(other))];
  return [...left]
    .filter((line) => !right.has(line))
    .concat([...right].filter((line) => !left.has(line)));
}

const fullOn = (day: LocalDate, options: Partial<GenerateDirectoryOptions> = {}) =>
  applied(new Map(), changesIn(generate({ day, ...options }).folder));

const kindsOf = (changes: readonly Change[]) => new Set(changes.map(({ kind }) => kind));

describe('exports of one population on several days', () => {
  test('full of a day is full of the day before with its delta, also over a rentrée and in a perimeter of one school', () => {
    const start = localDate('2026-08-28');
    const kinds = new Set<string>();
    const [uai] = new PopulationDays({ seed: 7, size: 1500 }).sites.map(({ school }) => school.uai);
    for (const perimeter of [{}, { uai: uai! }]) {
      let state = fullOn(start, perimeter);
      for (let i = 1; i <= 5; i++) {
        const day = addDays(start, i);
        const delta = changesIn(generate({ format: 'aaf-delta', day, ...perimeter }).folder);
        for (const kind of kindsOf(delta)) kinds.add(kind);
        state = applied(state, delta);
        expect(differences(state, fullOn(day, perimeter))).toEqual([]);
      }
    }
    expect([...kinds].sort()).toEqual(['addRequest', 'deleteRequest', 'modifyRequest']);
  });

  test('a change names whole lists that differ, and empties one that is gone', () => {
    const before = [
      ['kept', '1', '2'],
      ['longer', '1'],
      ['gone', '3'],
    ] as const;
    const after = [
      ['kept', '1', '2'],
      ['longer', '1', '2'],
    ] as const;
    expect(replacements(before, after)).toEqual([
      ['longer', '1', '2'],
      ['gone', ''],
    ]);
  });

  test('a rentrée renews one year in eight and all classes, an ordinary day changes few', () => {
    const pupils = (state: State) =>
      new Map([...state].filter(([place]) => place.startsWith('Eleve ')));
    const [before, after] = [
      pupils(fullOn(localDate('2026-08-31'))),
      pupils(fullOn(localDate('2026-09-01'))),
    ];
    const stayed = [...before.keys()].filter((place) => after.has(place));
    const share = 1 - stayed.length / before.size;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.25);
    expect(after.size / before.size).toBeGreaterThan(0.9);
    expect(after.size / before.size).toBeLessThan(1.1);
    for (const place of stayed) {
      expect(after.get(place)!.get('ENTPersonClasses')).not.toEqual(
        before.get(place)!.get('ENTPersonClasses'),
      );
    }
    const ordinary = changesIn(
      generate({ format: 'aaf-delta', day: localDate('2025-11-18') }).folder,
    );
    expect(ordinary.length).toBeLessThan(20);
  });

  test('no link leads nowhere: schools, guardians and pupils named are in the same export', () => {
    const state = fullOn(localDate('2026-11-20'));
    const missing: string[] = [];
    const look = (entity: string, key: string) => {
      if (!state.has(`${entity} ${key}`)) missing.push(`${entity} ${key}`);
    };
    for (const lists of state.values()) {
      for (const key of lists.get('ENTPersonStructRattach') ?? []) look('EtabEducNat', key);
      for (const value of lists.get('ENTPersonClasses') ?? []) {
        expect(value.split('$')).toHaveLength(5);
        look('EtabEducNat', value.split('$')[0]!);
      }
      for (const value of lists.get('ENTEleveAutoriteParentale') ?? []) {
        look('PersRelEleve', value.split('$')[0]!);
      }
      for (const key of lists.get('ENTPersRelEleveEleve') ?? []) look('Eleve', key);
    }
    expect(missing).toEqual([]);
    const ines = [...state.values()].flatMap((lists) => lists.get('ENTEleveINE') ?? []);
    expect(ines.length).toBeGreaterThan(400);
    expect(new Set(ines).size).toBe(ines.length);
  });

  test('is as large as was asked, within a tenth, and the same bytes for the same options', () => {
    const digest = (folder: string) =>
      readdirSync(folder).map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ]);
    const [one, same, other] = [generate(), generate(), generate({ seed: 8 })];
    expect(digest(one.folder)).toEqual(digest(same.folder));
    expect(digest(one.folder)).not.toEqual(digest(other.folder));
    const people = one.pupils + one.guardians + one.staff;
    expect(people).toBeGreaterThan(1350);
    expect(people).toBeLessThan(1650);
  });

  test('refuses a folder that holds something, and a school that is not there', () => {
    const { folder } = generate();
    expect(() => generate({ folder })).toThrow(folder);
    expect(() => generate({ uai: '0440000X' })).toThrow('0440000X');
  });
});
