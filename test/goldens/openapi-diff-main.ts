import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changesBetween, type ListedChanges, listedIn, untold } from './listed-changes.js';
import { type OpenApi, restLinesOf } from './rest-lines.js';

/**
 * npm run openapi:diff                    what differs, by route, between the golden and apps/console/openapi.json
 * npm run openapi:diff -- FILE            the same, from another description on
 * npm run openapi:diff -- --unlisted      only what rest-changes/ does not list yet
 * npm run openapi:diff -- --list gateway  writes that into rest-changes/gateway.json, to be given its reason there,
 *                                         and takes out what is no change any more
 */
const folder = 'test/goldens/rest-changes';
const { values, positionals } = parseArgs({
  options: { list: { type: 'string' }, unlisted: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
const before = positionals[0] ?? 'test/goldens/openapi-before.json';
const changes = changesBetween(
  restLinesOf(read(before)),
  restLinesOf(read('apps/console/openapi.json')),
);
if (values.list !== undefined) list(values.list);
else tell(values.unlisted ? untold(changes, listedIn(folder)).unlisted : changes);

function tell(told: readonly string[]): void {
  let route = '';
  for (const change of told) {
    const [ofLine = '', ...rest] = change.slice(2).split(' : ');
    if (ofLine !== route) console.log(`\n${ofLine}`);
    route = ofLine;
    console.log(`  ${change.slice(0, 2)}${rest.join(' : ')}`);
  }
  console.log(`\n${told.length} changes`);
}

function list(name: string): void {
  const real = new Set(changes);
  const { unlisted } = untold(changes, listedIn(folder));
  const own = join(folder, `${name}.json`);
  if (!existsSync(own)) writeFileSync(own, '[]\n');
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const path = join(folder, file);
    const groups = (JSON.parse(readFileSync(path, 'utf8')) as ListedChanges[])
      .map(({ why, changes: told }) => ({ why, changes: told.filter((one) => real.has(one)) }))
      .filter((group) => group.changes.length > 0);
    if (path === own && unlisted.length > 0) groups.push({ why: '', changes: unlisted });
    writeFileSync(path, `${JSON.stringify(groups, null, 2)}\n`);
  }
  execFileSync('node_modules/.bin/oxfmt', [folder]);
  console.log(`${unlisted.length} changes added to ${own}: give them their reason`);
}
