import { readBooks } from './books.js';
import { compare, lineOf } from './compare.js';
import { readEntStore } from './ent-store.js';

/** `FOLDER DATABASE_URL`: the store of the simulator beside the tables of provisioning; status 1 where they differ. */
const [folder = '', databaseUrl = ''] = process.argv.slice(2);
const [books, store] = [await readBooks(databaseUrl), readEntStore(folder)];
const differences = compare(books, store);
for (const difference of differences) process.stdout.write(`${lineOf(difference)}\n`);
process.stdout.write(
  `${books.length} accounts, ${store.length} users, ${differences.length} differences\n`,
);
process.exitCode = differences.length === 0 ? 0 : 1;
