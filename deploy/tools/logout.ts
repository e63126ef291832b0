import { required } from './ent/ask.js';
import { runOnly, status } from './ent/command.js';
import { logOutOperator } from './ent/operator-login.js';

export const usage = 'ferme votre connexion d’administrateur à cette pile';

export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: 0, run: logOut }, args, `npm run ent -- logout   ${usage}`);

async function logOut() {
  const wasOpen = await logOutOperator(required('ISSUER_URL'));
  return {
    status: status.ok,
    json: { wasOpen },
    lines: [wasOpen ? 'Vous êtes déconnecté.' : 'Aucune connexion n’était ouverte.'],
  };
}
