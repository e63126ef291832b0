import { join } from 'node:path';
import { AcademyLdapSource } from './academy.ldap-source.js';
import { incident } from './ldap-incident.js';
import { readLdapSettings } from './ldap-settings.js';

/** The academies' directories by the code of their declared source: `CODE.json` of the settings' folder says how each is reached. */
export class AcademyDirectories {
  /** Without a folder there is none. */
  constructor(private readonly folder: string | undefined) {}

  /** Throws LdapIncident where the settings are missing or wrong. */
  async of(sourceCode: string): Promise<Pick<AcademyLdapSource, 'read' | 'readChanges'>> {
    if (this.folder === undefined) throw incident('SETTINGS');
    try {
      return new AcademyLdapSource(await readLdapSettings(join(this.folder, `${sourceCode}.json`)));
    } catch {
      // Which name or value is wrong may quote the file: whoever looks after it finds it there.
      throw incident('SETTINGS');
    }
  }
}
