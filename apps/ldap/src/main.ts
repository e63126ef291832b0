import 'reflect-metadata';
import { loadConfig } from '#libs/config';
import { bootstrapProcess } from '#libs/service';
import { ldapSettings } from './config.js';
import { LdapModule } from './ldap.module.js';

const settings = loadConfig(ldapSettings, process.env);
await bootstrapProcess({ name: 'ldap', module: LdapModule.with(settings), settings });
