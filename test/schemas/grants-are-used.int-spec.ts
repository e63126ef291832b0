import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { serviceNames } from '#libs/contracts';
import { freshDatabase } from '#libs/testing';

/**
 * Goal: what a service's role may add, change or remove, its code does add, change or remove; a right that nobody uses
 * is there for whoever steals the secret. Method: the rights as the migrated database tells them, column by column,
 * beside the statements of the service's code, of its functions and of the libraries. Likewise what the code changes, it
 * may change.
 */

type Right = { readonly verb: string; readonly table: string; readonly column: string };

async function rightsOf(service: string): Promise<Right[]> {
  const fresh = await freshDatabase(service);
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<Right>(
      `select verb, case relnamespace when 'platform'::regnamespace then 'platform.' else '' end || relname as table,
              coalesce(attname, '') as column
         from pg_class c cross join unnest('{select,insert,update,delete}'::text[]) verb
         left join pg_attribute a on verb = 'update' and a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where relnamespace in ('public'::regnamespace, 'platform'::regnamespace) and relkind in ('r', 'p')
          and case verb when 'select' then has_table_privilege($1, c.oid, 'select')
                        when 'delete' then has_table_privilege($1, c.oid, 'delete')
                        when 'insert' then has_any_column_privilege($1, c.oid, 'insert')
                        else has_column_privilege($1, c.oid, a.attnum, 'update') end`,
      [new URL(fresh.url).username],
    );
    return rows;
  } finally {
    await owner.end();
    await fresh.drop();
  }
}

/** Of `changed` table and column, or * where all of them are. */
function rightsUsedBy(folders: readonly string[]) {
  const tables = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, table = '']) => table);
  const added = new Set<string>();
  const removed = new Set<string>();
  const locked = new Set<string>();
  const changed = new Set<string>();
  /** What the code itself adds, changes or removes, and says so: needed as well as used. */
  const needed = new Set<string>();
  for (const { text, beside, isCode } of folders.flatMap(textsBelow)) {
    for (const table of [
      ...tables(text, /\binsert into ([\w.]+)/g),
      ...tables(text, /\b(?:insertRow(?:Once)?|copyIn)\([^)]*?'([\w.]+)/g),
    ]) {
      added.add(table);
      if (isCode) needed.add(`insert ${table}`);
    }
    for (const table of tables(text, /\bdelete from ([\w.]+)/g)) {
      removed.add(table);
      if (isCode) needed.add(`delete ${table}`);
    }
    for (const [, table = '', row = ''] of text.matchAll(
      /\bupdateRow\(\w+, '([\w.]+)', ([^;]*);/g,
    )) {
      for (const column of columnsOfRow(table, row)) {
        needed.add(`update ${table} ${column}`);
        changed.add(`${table} ${column}`);
      }
    }
    for (const table of tables(text, /\block table ([\w.]+)/g)) changed.add(`${table} *`);
    for (const table of tables(
      text,
      /\bfrom ([\w.]+)[^`;]*? for (?:no key )?(?:update|share)\b/g,
    )) {
      locked.add(table);
    }
    const updates = /\b(?:update ([\w.]+)(?: as)?(?: \w+)? set|do update set) /g;
    for (const { index, 0: found, 1: named } of text.matchAll(updates)) {
      const table =
        named ??
        /^insert into ([\w.]+)/.exec(text.slice(text.lastIndexOf('insert into ', index)))?.[1];
      // Where code puts it together: whatever its folder names, or one within.
      const written = columnsSet(text.slice(index + found.length));
      if (isCode) for (const column of written ?? []) needed.add(`update ${table} ${column}`);
      for (const column of written ?? beside().match(/\w+/g) ?? [])
        changed.add(`${table} ${column}`);
    }
  }
  return { added, removed, locked, changed, needed };
}

/** The columns of `id, { a: 1, ...{ bC, d } })`, as the database names them: they are written out where a row is changed. */
function columnsOfRow(table: string, text: string): string[] {
  let row = text.slice(text.indexOf('{') + 1, text.lastIndexOf('}')).replaceAll(/\.\.\.\{|\}/g, '');
  for (let before = ''; before !== row;) [before, row] = [row, row.replace(/\([^()]*\)/g, '')];
  const fields = row.split(',').map((field) => field.trim());
  return fields.flatMap((field) => {
    if (field === '') return [];
    const name = /^(\w+)(?: ?:|$)/.exec(field)?.[1];
    if (name === undefined) throw new Error(`${table}: updateRow is not told its columns by name`);
    return [name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)];
  });
}

/** The columns of `a = 1, (b, c) = (2, 3) where …`; undefined where they are not written out. */
function columnsSet(text: string): string[] | undefined {
  let depth = 0;
  let end = 0;
  for (; end < text.length && depth >= 0; end += 1) {
    const character = text[end];
    if (depth === 0 && /^(?:[`;]|\b(?:where|from|returning)\b)/.test(text.slice(end, end + 10)))
      break;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
  }
  const list = text.slice(0, end);
  // Innermost brackets first: what stands in those of a value names no column that is set.
  let flat = list.replace(
    /\(([\w, ${}]+)\) =/g,
    (_, names: string) => `${names.replaceAll(',', ' =,')} =`,
  );
  for (let before = ''; before !== flat;) [before, flat] = [flat, flat.replace(/\([^()]*\)/g, '')];
  const each = flat.split(',').map((assignment) => assignment.trim());
  if (each.some((assignment) => assignment.startsWith('${'))) return undefined;
  return each.flatMap((assignment) => /^(\w+) =/.exec(assignment)?.[1] ?? []);
}

function textsBelow(folder: string): { text: string; isCode: boolean; beside: () => string }[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) =>
        /(?<!spec)\.(ts|sql)$/.test(name) && !/generated|migrations|testing/.test(parentPath),
    )
    .map(({ name, parentPath }) => ({
      parentPath,
      isCode: name.endsWith('.ts'),
      text: readFileSync(join(parentPath, name), 'utf8')
        .replace(/--.*$/gm, '')
        .replace(/\s+/g, ' '),
    }));
  return files.map(({ text, isCode, parentPath }) => ({
    text,
    isCode,
    beside: () =>
      files
        .filter((file) => `${file.parentPath}/`.startsWith(`${parentPath}/`))
        .map((file) => file.text)
        .join(' '),
  }));
}

test.each(serviceNames)('%s adds, changes and removes what it may', async (service) => {
  const folders = [`apps/${service}/src`, `apps/${service}/prisma`, 'libs'];
  const { added, removed, locked, changed, needed } = rightsUsedBy(folders);
  const rights = await rightsOf(service);
  const columns = (table: string) =>
    rights.filter((right) => right.verb === 'update' && right.table === table);
  const isUsed = ({ verb, table, column }: Right): boolean => {
    if (verb === 'select') return true;
    if (verb === 'insert') return added.has(table);
    if (verb === 'delete') return removed.has(table);
    const isChanged = (name: string) =>
      changed.has(`${table} *`) || changed.has(`${table} ${name}`);
    // Who may remove a row and add another one gains nothing by a column more.
    const isMadeAnew = rights.some((right) => right.verb === 'delete' && right.table === table);
    if (isMadeAnew) return columns(table).some((right) => isChanged(right.column));
    // A row is locked by who may change it: by one column, which nobody changes.
    return isChanged(column) || (locked.has(table) && columns(table).length === 1);
  };
  const named = ({ verb, table, column }: Right) => `${verb} ${table} ${column}`.trim();
  expect(rights.filter((right) => !isUsed(right)).map(named)).toEqual([]);
  // The other way round: what it says it changes, of what is its own to write (and no migration's).
  const ofTheService = rightsUsedBy(folders.slice(0, 1)).needed;
  const there = new Set(rights.map(({ table }) => table));
  const own = new Set(rights.flatMap(({ verb, table }) => (verb === 'select' ? [] : [table])));
  const given = new Set(rights.map(named));
  expect(
    [...needed].filter((right) => {
      const isOwn = (ofTheService.has(right) ? there : own).has(right.split(' ')[1] ?? '');
      return isOwn && !given.has(right);
    }),
  ).toEqual([]);
});
