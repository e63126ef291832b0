import { ldapSuffix } from '#libs/trade';
import { attributeNamed } from './attribute-name.js';
import {
  branchEntry,
  type Entry,
  peopleDn,
  rootEntry,
  schoolDn,
  structuresDn,
  suffixEntry,
} from './entry.js';
import { type Filter, plain } from './filter.js';

/** What a search goes through, in this order: entries that are always there, schools, people. */
export type Reach = {
  readonly fixed: readonly Entry[];
  /** ALL of the member's, NONE, or the key of one. */
  readonly schools: string;
  readonly people: string;
};

const nothing: Reach = { fixed: [], schools: 'NONE', people: 'NONE' };

/** Undefined: there is no such entry (of the member's schools and people it is said when they are read). */
export function reachOf(base: string, scope: 'BASE' | 'ONE' | 'SUBTREE'): Reach | undefined {
  const dn = plain(base).trim();
  const below = scope !== 'BASE';
  const itself = scope !== 'ONE';
  if (dn === '' && !below) return { ...nothing, fixed: [rootEntry] };
  if (dn === plain(ldapSuffix)) {
    return {
      fixed: [
        ...(itself ? [suffixEntry] : []),
        ...(below ? [branchEntry(structuresDn), branchEntry(peopleDn)] : []),
      ],
      schools: scope === 'SUBTREE' ? 'ALL' : 'NONE',
      people: scope === 'SUBTREE' ? 'ALL' : 'NONE',
    };
  }
  const branch = (of: typeof peopleDn | typeof structuresDn) => (itself ? [branchEntry(of)] : []);
  if (dn === structuresDn.toLowerCase()) {
    return { ...nothing, fixed: branch(structuresDn), schools: below ? 'ALL' : 'NONE' };
  }
  if (dn === peopleDn.toLowerCase()) {
    return { ...nothing, fixed: branch(peopleDn), people: below ? 'ALL' : 'NONE' };
  }
  const uai = leafOf(dn, 'entstructureuai', structuresDn);
  if (uai !== undefined) return { ...nothing, schools: itself ? uai.toUpperCase() : 'NONE' };
  const personId = leafOf(dn, 'uid', peopleDn);
  if (personId !== undefined) return { ...nothing, people: itself ? personId : 'NONE' };
  return undefined;
}

/** Keys of the tree are letters, digits and dashes: a DN that needs an escape is nobody's. */
function leafOf(dn: string, attribute: string, branch: string): string | undefined {
  const [, found, key, rest] = /^([a-z]+)=([a-z0-9-]+),(.+)$/.exec(dn) ?? [];
  return found === attribute && rest === branch.toLowerCase() ? key : undefined;
}

/** What a filter says of whom to read, so that a look at one person does not read a thousand: a superset of who matches. */
export type Narrowed = {
  readonly uais?: readonly string[];
  readonly personIds?: readonly string[];
};

const uaisIn = [/^entstructureuai=([0-9]{7}[a-z]),/, /^([0-9]{7}[a-z])\$/];

export function narrowedBy(filter: Filter): Narrowed {
  switch (filter.kind) {
    case 'AND':
      // The narrowest of each suffices; which one is taken changes nothing of what matches.
      return Object.assign({}, ...filter.of.map(narrowedBy)) as Narrowed;
    case 'EQUAL': {
      const name = attributeNamed(filter.name);
      if (name === 'uid' || name === 'entryUUID') return { personIds: [plain(filter.value)] };
      return name === 'ENTPersonStructRattach' || name === 'ENTPersonFonctions'
        ? schoolIn(filter.value)
        : {};
    }
    case 'SUBSTRINGS':
      return attributeNamed(filter.name) === 'ENTPersonFonctions' ? schoolIn(filter.initial) : {};
    default:
      return {};
  }
}

function schoolIn(text: string): Narrowed {
  const value = plain(text);
  const uai = uaisIn.map((one) => one.exec(value)?.[1]).find((one) => one !== undefined);
  if (uai === undefined) return {};
  const school = uai.toUpperCase();
  return { uais: value === plain(schoolDn(school)) || value.includes('$') ? [school] : [] };
}

/** Where a page ended: after this fixed entry, school or person. */
export type Position = { readonly part: 'FIXED' | 'SCHOOLS' | 'PEOPLE'; readonly after: string };
export const start: Position = { part: 'FIXED', after: '' };

const operational = 'entryUUID';

/** The attributes that were asked for (RFC 4511, 4.5.1.8): none named or `*`, all but operational ones; `+` these. */
export function selected({ dn, attributes }: Entry, asked: readonly string[]): Entry {
  const wantsAll = asked.length === 0 || asked.includes('*');
  const names = new Set(asked.map(attributeNamed));
  return {
    dn,
    attributes: attributes.filter(({ name }) =>
      name === operational ? asked.includes('+') || names.has(name) : wantsAll || names.has(name),
    ),
  };
}
