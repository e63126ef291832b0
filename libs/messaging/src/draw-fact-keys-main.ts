import { serviceNames } from '#libs/contracts';
import { drawMissingKeys } from './proofs/fact-key-files.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('The folder of the keys is not given\n');
  process.exit(2);
}
const owners = drawMissingKeys(folder, serviceNames);
process.stdout.write(
  owners.length === 0 ? 'Every key is there.\n' : `Drawn: ${owners.join(', ')}.\n`,
);
