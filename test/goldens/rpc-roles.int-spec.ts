import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { goldenLines } from './golden-lines.js';
import { changesBetween, listedIn, untold } from './listed-changes.js';

/**
 * Goal: who may call what stays, wherever it is written. Method: the roles of every handler are read
 * from where they stand and held against the table of before; what differs is listed in rpc-changes/.
 */
const root = new URL('../../', import.meta.url);
const folder = new URL('./rpc-changes', import.meta.url).pathname;

type Pattern = { readonly service: string; readonly rpc: string };

async function rolesOfRpcs(): Promise<string[]> {
  const files = ['apps', 'libs'].flatMap((name) =>
    readdirSync(new URL(name, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => /^[a-z]+\/src\/.*\.rpc\.ts$/.test(file))
      .map((file) => new URL(`${name}/${file}`, root).pathname),
  );
  const lines: string[] = [];
  for (const file of files) {
    const exported = Object.values((await import(file)) as Record<string, unknown>);
    for (const one of exported) if (typeof one === 'function') lines.push(...rolesOfHandlers(one));
  }
  return lines.sort();
}

function rolesOfHandlers(controller: { readonly prototype?: object }): string[] {
  const prototype = (controller.prototype ?? {}) as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function' || name === 'constructor') return [];
    const patterns = (Reflect.getMetadata('microservices:pattern', handler) ?? []) as Pattern[];
    const roles = (Reflect.getMetadata('ent:allowed-roles', handler) ??
      Reflect.getMetadata('ent:allowed-roles', controller) ??
      []) as string[];
    return patterns
      .filter((pattern) => typeof pattern.rpc === 'string')
      .map(({ service, rpc }) => `${service}/${rpc} : ${[...new Set(roles)].sort().join(' ')}`);
  });
}

it('lets the same roles call each RPC as before, save what rpc-changes/ lists', async () => {
  const now = await rolesOfRpcs();
  const changes = changesBetween(
    goldenLines('./roles-of-rpcs.txt', () => now),
    now,
  );
  expect(untold(changes, listedIn(folder))).toEqual({
    unlisted: [],
    outdated: [],
    withoutReason: [],
  });
  expect(now.length).toBeGreaterThan(150);
}, 120_000);
