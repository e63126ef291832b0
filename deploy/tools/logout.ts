import { runOnly, status } from './ent/command.js';
import { logOutOperator } from './ent/operator-login.js';

export const usage = 'ferme votre connexion d’administrateur';

export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: 0, run: logOut }, args, `npm run ent -- logout   ${usage}`);

async function logOut() {
  const wasOpen = await logOutOperator();
  return {
    status: status.ok,
    json: { wasOpen },
    lines: [wasOpen ? 'Vous êtes déconnecté.' : 'Aucune connexion n’était ouverte.'],
  };
}
