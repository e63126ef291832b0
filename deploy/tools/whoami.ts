import { required } from './ent/ask.js';
import { runOnly, status } from './ent/command.js';
import { operatorLogin } from './ent/operator-login.js';

export const usage = 'qui est connecté à cette pile par « login », et jusqu’à quand';

export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: 0, run: who }, args, `npm run ent -- whoami   ${usage}`);

async function who() {
  const login = operatorLogin(required('ISSUER_URL'), new Date());
  if (!login) {
    const lines = ['Personne n’est connecté : npm run ent -- login'];
    return { status: status.refused, json: null, lines };
  }
  const { userId, name, until, issuer } = login;
  return {
    status: status.ok,
    json: { userId, name, until, issuer },
    lines: [
      `${name} (${userId}), auprès de ${issuer}, jusqu’au ${new Date(until).toLocaleString('fr-FR')}.`,
    ],
  };
}
