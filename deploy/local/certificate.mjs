// A certificate for `localhost` that nobody vouches for: for the local stack and tests. In production it is the operator's.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const days = 365;

/**
 * Made where it is missing or older than half its life.
 * @param {string} folder
 * @returns {{ certificateFile: string, keyFile: string }}
 */
export function localCertificate(folder) {
  const certificateFile = join(folder, 'localhost.pem');
  const keyFile = join(folder, 'localhost.key');
  const isFresh =
    existsSync(certificateFile) &&
    Date.now() - statSync(certificateFile).mtimeMs < (days / 2) * 86_400_000;
  if (!isFresh) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', keyFile, '-out', certificateFile];
    const names = [
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ];
    execFileSync('openssl', ['req', '-x509', ...key, '-days', String(days), ...files, ...names], {
      stdio: 'ignore',
    });
  }
  return { certificateFile, keyFile };
}
