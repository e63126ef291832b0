// npm run ent -- COMMAND … — what an operator does by hand, on the stack that runs here.
// A command is a compiled file deploy/tools/<command>.ts which exports
//   run(args: string[]): Promise<number | void>   its exit status
//   usage: string                                 one line, shown by `npm run ent`
// It finds all addresses in its environment, <SERVICE>_DATABASE_URL and <SERVICE>_RPC among them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot, localDir, root } from '../local/paths.mjs';
import { readJson } from '../local/ports.mjs';
import { explain, Refusal, say } from '../local/progress.mjs';

const folder = inRoot('dist/deploy/tools');
const helpers = new Set(['ent', 'generate', 'schema-engine']);

async function main() {
  const [command, ...args] = process.argv.slice(2);
  const known = await commands();
  if (!command) {
    say('npm run ent -- COMMAND …');
    for (const [name, { usage = '' }] of known) say(`  ${name.padEnd(12)} ${usage}`);
    return 0;
  }
  const found = known.get(command);
  if (!found)
    throw new Refusal(`No command ${command}. Known: ${[...known.keys()].join(', ') || 'none'}`);
  // What was given wins over what runs here.
  process.env = { ...readJson(join(localDir, 'env.json'), {}), ...process.env };
  process.chdir(root);
  return (await found.run(args)) ?? 0;
}

async function commands() {
  if (!existsSync(folder)) throw new Refusal('Nothing is built yet: npm start, or npm run build');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -3))
    .filter((name) => !helpers.has(name) && existsSync(inRoot('deploy/tools', `${name}.ts`)));
  const loaded = await Promise.all(
    names.map(async (name) => [name, await import(pathToFileURL(join(folder, `${name}.js`)).href)]),
  );
  return new Map(loaded.filter(([, module]) => typeof module.run === 'function'));
}

process.exitCode = await main().catch(explain);
