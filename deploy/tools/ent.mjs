// npm run ent -- COMMAND … — what an operator does by hand, on the stack that runs here.
// A command is a compiled file deploy/tools/<command>.ts which exports
//   run(args: string[]): Promise<number | void>   its exit status
//   usage: string                                 one line, shown by `npm run ent -- help`
// It finds all addresses in its environment, <SERVICE>_DATABASE_URL and <SERVICE>_RPC among them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot, localDir, root } from '../local/paths.mjs';
import { readJson } from '../local/ports.mjs';
import { explain, Refusal } from '../local/progress.mjs';
import { helpFor } from './ent/help.mjs';

const folder = inRoot('dist/deploy/tools');
const helpers = new Set(['ent', 'generate', 'schema-engine']);

async function main() {
  const words = process.argv.slice(2);
  const known = await commands();
  const help = helpFor(words, known);
  if (help) {
    for (const line of help.lines) console[help.status === 0 ? 'log' : 'error'](line);
    return help.status;
  }
  const [command, ...args] = words;
  // What was given wins over what runs here.
  process.env = { ...readJson(join(localDir, 'env.json'), {}), ...process.env };
  process.chdir(root);
  return (await known.get(command).run(args)) ?? 0;
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
