import 'reflect-metadata';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';

/** A process of provisioning with all its loops, until it is ended: `DATABASE_URL ENT_URL REDIS_PREFIX [TIMEOUT_MS [FILE_LEAST]]`. */
const [databaseUrl = '', entUrl = '', prefix = '', timeoutMs = '60000', fileLeast = '0'] =
  process.argv.slice(2);
ProvisioningBed.beside({ databaseUrl, entUrl, prefix }).run({
  timeoutMs: Number(timeoutMs),
  fileLeast: Number(fileLeast),
});
