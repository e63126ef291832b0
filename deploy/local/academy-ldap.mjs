// The LDAP of an academy beside the stack of `npm start -- --academy`: a real OpenLDAP, where the machine has one.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot } from './paths.mjs';
import { onPath, slapdPath } from './prerequisites.mjs';

export const academyLdapFolder = 'academy-ldap';

/**
 * Its data lie in a folder of the stack; `settings` is what the directory is told (LDAP_SETTINGS_FOLDER).
 * @param {{ dir: string, ports: import('./ports.mjs').Ports }} where
 * @returns {Promise<{ child: object, port: number, settings: string } | undefined>} undefined: the machine has no OpenLDAP
 */
export async function defineAcademyLdap({ dir, ports }) {
  const command = slapdPath();
  if (!command || !onPath('ldapmodify')) return undefined;
  // The tests start one of the same kind; it is compiled by then.
  const { prepareSlapd, readerOf, slapdArguments, slapdEnv } = await import(
    pathToFileURL(inRoot('dist/test/support/slapd/prepare-slapd.js')).href
  );
  const [folder, settings] = ['server', 'settings'].map((name) =>
    join(dir, academyLdapFolder, name),
  );
  const whole = join(folder, 'prepared');
  if (!existsSync(whole)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // What it holds can be written anew at any time.
    prepareSlapd({ folder, flushes: false });
    writeFileSync(whole, '');
  }
  const [port, tlsPort] = [await ports.take('academy-ldap'), await ports.take('academy-ldaps')];
  mkdirSync(settings, { recursive: true, mode: 0o700 });
  const reading = { url: `ldaps://localhost:${tlsPort}`, ...readerOf(folder) };
  writeFileSync(join(settings, 'ldap-nantes.json'), JSON.stringify(reading), { mode: 0o600 });
  const child = {
    ...{ name: academyLdapFolder, command, args: slapdArguments(folder, { port, tlsPort }) },
    ...{ env: slapdEnv, cwd: folder, port: tlsPort, level: 0, ready: () => listens(port) },
  };
  return { child, port, settings };
}

/** Told where there is none, and what to do about it. */
export const noAcademyLdap = [
  'OpenLDAP manque : l’histoire est jouée sans l’annuaire LDAP de l’académie.',
  'Pour le voir aussi : sudo apt-get install slapd ldap-utils, puis npm start -- --academy --fresh',
].join('\n');

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () =>
      resolve(false),
    );
    socket.once('connect', () => socket.destroy());
  });
