const helpWords = new Set(['help', '--help', '-h']);
/** As the commands themselves: what could not be asked. */
const notAsked = 2;

/**
 * What is answered without running a command: the list (`help`, or nothing), the usage of one (`help COMMAND`,
 * `COMMAND … --help`), or that there is none of that name. Undefined: it is to be run.
 * @param {readonly string[]} words as typed
 * @param {ReadonlyMap<string, { usage?: string }>} known
 * @returns {{ status: number, lines: string[] } | undefined}
 */
export function helpFor(words, known) {
  const [first = 'help', ...rest] = words;
  const isHelp = helpWords.has(first);
  const asked = isHelp ? rest.find((word) => !helpWords.has(word)) : first;
  if (asked === undefined) return { status: 0, lines: list(known) };
  const command = known.get(asked);
  if (!command) {
    return { status: notAsked, lines: [`Commande inconnue : ${asked}.`, '', ...list(known)] };
  }
  // « help » may be an operand of a command; the options never are.
  if (!isHelp && !rest.includes('--help') && !rest.includes('-h')) return undefined;
  return { status: 0, lines: [`npm run ent -- ${asked} ${command.usage ?? ''}`.trimEnd()] };
}

/** @param {ReadonlyMap<string, { usage?: string }>} known */
function list(known) {
  return [
    'npm run ent -- COMMANDE …',
    ...[...known].map(([name, { usage = '' }]) => `  ${name.padEnd(12)} ${usage}`),
    '',
    'npm run ent -- help COMMANDE donne l’usage d’une seule ; --json et --script valent pour chacune.',
    'Elles agissent au nom de la personne connectée (npm run ent -- login) ; avec --script, au nom du processus ent-script.',
  ];
}
