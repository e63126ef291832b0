import { required } from './ent/ask.js';
import { runOnly, status } from './ent/command.js';
import { logInOperator, loginFile } from './ent/operator-login.js';

export const usage =
  'ouvre votre connexion d’administrateur à cette pile, pour huit heures, par un navigateur';

export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: 0, run: logIn }, args, `npm run ent -- login   ${usage}`);

async function logIn() {
  const issuer = required('ISSUER_URL');
  const { userId, name, until } = await logInOperator(
    issuer,
    ({ url, userCode }) =>
      void process.stderr.write(`Ouvrez ${url}\net confirmez le code ${userCode}.\n`),
  );
  return {
    status: status.ok,
    json: { userId, name, until },
    lines: [
      `Vous êtes ${name} (${userId}). La clé est dans ${loginFile(issuer)} : elle n’est qu’à vous.`,
    ],
  };
}
