import { plural } from '#libs/money';
import { migrate, MigrationEdited, OwnerNotBound, ServiceIsOwner } from '#libs/persistence';
import { serviceNamed } from './ent/ask.js';
import { type Given, runOnly, status } from './ent/command.js';

export const usage =
  'SERVICE   met la base d’un service à la version de ce dossier : <SERVICE>_MIGRATION_DATABASE_URL (propriétaire), <SERVICE>_DATABASE_URL (rôle du service)';

/**
 * `migrate SERVICE`: before a new release of the service is started, on a database that was given. It asks no service
 * and so no login: whoever has the owner's address may do it, and nothing else that runs has it.
 */
export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: 1, run: bringUp }, args, `npm run ent -- migrate ${usage}`);

async function bringUp(given: Given) {
  const service = serviceNamed(given.operands[0] ?? '');
  const address = (kind: string) => {
    const name = `${service.toUpperCase()}_${kind}`;
    const value = process.env[name];
    if (!value) throw new Error(`${name} n’est pas défini : rien n’a été fait.`);
    return new URL(value);
  };
  const [owner, own] = [address('MIGRATION_DATABASE_URL'), address('DATABASE_URL')];
  const role = decodeURIComponent(own.username);
  const { CALENDAR: calendar = 'clock' } = process.env;
  if (calendar !== 'clock' && calendar !== 'player')
    throw new Error('CALENDAR vaut clock ou player : rien n’a été fait.');
  const where = `${owner.host}${owner.pathname}`;
  try {
    const applied = await migrate({ url: owner.href, service, role, calendar });
    return {
      status: status.ok,
      json: { service, role, calendar, applied },
      lines: [
        ...applied.map((name) => `  ${name}`),
        applied.length === 0
          ? `${service}, ${where} : déjà à jour ; les droits de ${role} ont été remis.`
          : `${service}, ${where} : ${plural(applied.length, 'fichier appliqué', 'fichiers appliqués')}, droits donnés à ${role}.`,
        `  CALENDAR=${calendar}`,
      ],
    };
  } catch (error) {
    const isRefusal = [MigrationEdited, OwnerNotBound, ServiceIsOwner].some(
      (kind) => error instanceof kind,
    );
    if (!isRefusal) throw error;
    const { name: code, message } = error as Error;
    return { status: status.refused, json: { code, message }, lines: [`${message} (${code})`] };
  }
}
