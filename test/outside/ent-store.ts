import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A user of the simulator's store, with places and relatives by what people call them. */
export type StoredUser = {
  readonly id: string;
  readonly externalId: string;
  readonly type: string;
  /** `MANUAL`, `CSV` or an academy's feed. */
  readonly source: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  readonly isBlocked: boolean;
  /** Empty: it was used. */
  readonly activationCode: string;
  readonly isPreDeleted: boolean;
  /** UAIs. */
  readonly schools: readonly string[];
  /** `UAI label`. */
  readonly classes: readonly string[];
  /** Identifiers of the relatives of a pupil. */
  readonly relativeIds: readonly string[];
};

type Row = Readonly<Record<string, unknown>>;

/** Reads the journal line by line, as the simulator's README describes it; a cut last line never happened. */
export function readEntStore(folder: string): StoredUser[] {
  const structures = new Map<string, Row>();
  const classes = new Map<string, Row>();
  const users = new Map<string, Row>();
  const tables = { structure: structures, class: classes, user: users };
  for (const line of readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n')) {
    const entry = parsed(line);
    if (!entry) continue;
    if (entry['empty'] === true) for (const table of Object.values(tables)) table.clear();
    if (typeof entry['remove'] === 'string') users.delete(entry['remove']);
    if (typeof entry['removeClass'] === 'string') classes.delete(entry['removeClass']);
    const { put, value } = entry as { put?: keyof typeof tables; value: Row };
    if (put) tables[put].set(text(value['id']), value);
  }
  const uaiOf = (structureId: string) => text(structures.get(structureId)?.['UAI']);
  return [...users.values()].map((user) => ({
    ...{ id: text(user['id']), externalId: text(user['externalId']), type: text(user['type']) },
    ...{ lastName: text(user['lastName']), firstName: text(user['firstName']) },
    source: text(user['source']),
    birthDate: text(user['birthDate']),
    isBlocked: user['blocked'] === true,
    activationCode: text(user['activationCode']),
    isPreDeleted: (user['deleteDate'] ?? null) !== null,
    schools: texts(user['structureIds']).map(uaiOf),
    classes: texts(user['classIds']).map((id) => {
      const found = classes.get(id);
      return found ? `${uaiOf(text(found['structureId']))} ${text(found['name'])}` : `? ${id}`;
    }),
    relativeIds: texts(user['relativeIds']),
  }));
}

function parsed(line: string): Row | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Row);
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
