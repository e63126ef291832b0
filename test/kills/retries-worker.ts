import 'reflect-metadata';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';

/** A process of provisioning with all its loops, until it is ended: `DATABASE_URL ENT_URL REDIS_PREFIX`. */
const [databaseUrl = '', entUrl = '', prefix = ''] = process.argv.slice(2);
ProvisioningBed.beside({ databaseUrl, entUrl, prefix }).run({ timeoutMs: 60_000 });
