import 'reflect-metadata';
import { Database, UnitOfWork } from '#libs/persistence';
import type { FreshDatabase } from '#libs/testing';
import { EntParts } from '../../apps/provisioning/test/ent-parts.test-support.js';
import type { OpenEntNg } from '../simulators/open-ent-ng/open-ent-ng.js';

/** A process of provisioning that sends the file of one school, and ends: `DATABASE_URL ENT_URL`. */
const [databaseUrl = '', url = ''] = process.argv.slice(2);
const database = new Database({ url: databaseUrl, poolMax: 4 });
const fresh = { database, unitOfWork: new UnitOfWork(database) } as unknown as FreshDatabase;
const parts = new EntParts(fresh, { url } as OpenEntNg);
const files = parts.schoolFiles({ fileLeast: 20, timeoutMs: 60_000 });
await files.reserve();
await files.execute(new AbortController().signal);
await database.end();
