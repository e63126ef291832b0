import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { plural } from '#libs/money';
import { DomainError } from '#libs/problems';

/** What a command ends with: done or genuine; refused, faulty or not genuine; it could not be asked. */
export const status = { ok: 0, refused: 1, notAsked: 2 } as const;

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Given = {
  /** What stands after the verb. */
  readonly operands: readonly string[];
  readonly text: (name: string) => string | undefined;
  readonly isSet: (name: string) => boolean;
};
export type Answer = {
  readonly status: (typeof status)[keyof typeof status];
  /** With `--json`. */
  readonly json: unknown;
  /** Else, in French. */
  readonly lines: readonly string[];
};
export type Verb = {
  /** How many; one of these where there may be fewer or more. */
  readonly operands: number | readonly number[];
  readonly options?: Options;
  readonly run: (given: Given) => Promise<Answer>;
};

/** The command itself is wrong: it is told with the way it is used. */
export class UsageError extends Error {}

/** Runs `VERB OPERANDS… [OPTIONS]`; every verb takes `--json` and `--script`. Gives the exit status. */
export async function runVerb(
  verbs: Readonly<Record<string, Verb>>,
  [name = '', ...args]: readonly string[],
  usage: string,
): Promise<number> {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  return attempt(args, usage, async () => {
    if (!verb)
      throw new UsageError(name === '' ? 'Précisez l’action.' : `Action inconnue : ${name}.`);
    return verb.run(givenOf(verb, args));
  });
}

/** Runs a command that has one thing to do: `OPERANDS… [OPTIONS]`. */
export const runOnly = (verb: Verb, args: readonly string[], usage: string): Promise<number> =>
  attempt(args, usage, async () => verb.run(givenOf(verb, args)));

async function attempt(
  args: readonly string[],
  usage: string,
  answerOf: () => Promise<Answer>,
): Promise<number> {
  const isJson = args.includes('--json');
  try {
    const answer = await answerOf();
    say(isJson ? [jsonOf(answer.json)] : answer.lines);
    return answer.status;
  } catch (error) {
    return told(error, isJson, usage);
  }
}

function givenOf(verb: Verb, args: readonly string[]): Given {
  const { values, positionals } = parsed({
    args: [...args],
    options: { json: { type: 'boolean' }, script: { type: 'boolean' }, ...verb.options },
    allowPositionals: true,
  });
  const wanted = [verb.operands].flat();
  if (!wanted.includes(positionals.length)) {
    throw new UsageError(
      `${plural(positionals.length, 'argument donné', 'arguments donnés')}, ${wantedInWords(wanted)}.`,
    );
  }
  return {
    operands: positionals,
    text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
    isSet: (option) => values[option] === true,
  };
}

function parsed(config: ParseArgsConfig) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(optionRefused(error as Error));
  }
}

function wantedInWords(wanted: readonly number[]): string {
  const last = wanted.at(-1)!;
  const counts = wanted.length > 3 ? `de ${wanted[0]} à ${last}` : wanted.join(' ou ');
  return `${counts} ${last < 2 ? 'attendu' : 'attendus'}`;
}

/** Node says it in English. */
function optionRefused({ message }: Error): string {
  const option = /'(--?[^\s']+)/.exec(message)?.[1] ?? '';
  if (message.startsWith('Unknown option')) return `Option inconnue : ${option}.`;
  if (message.includes('does not take an argument'))
    return `Option ${option} : elle s’écrit sans valeur.`;
  const dash = message.includes('ambiguous')
    ? ` ; si elle commence par un tiret, écrivez ${option}=VALEUR`
    : '';
  return `Option ${option} : une valeur est attendue${dash}.`;
}

/** A refusal of the service is an answer; whatever kept it from answering is not. */
function told(error: unknown, isJson: boolean, usage: string): number {
  if (error instanceof DomainError) {
    const { code, message, details } = error;
    say(isJson ? [jsonOf({ code, message, details })] : [`${message} (${code})`]);
    return error.kind === 'unavailable' ? status.notAsked : status.refused;
  }
  const message = error instanceof Error ? error.message : String(error);
  const lines = error instanceof UsageError ? [message, usage] : [message];
  say(isJson ? [jsonOf({ code: 'NOT_ASKED', message, details: {} })] : lines);
  return status.notAsked;
}

/** As the person at the keyboard wrote it: npm runs the command from another folder. */
export const pathOf = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path);

/** A file to be sent; `bytesMax` is the service's own bound. */
export async function fileOf(
  path: string,
  bytesMax: number,
): Promise<{ name: string; content: Buffer }> {
  const place = pathOf(path);
  const found = await stat(place).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`Fichier introuvable : ${path}`);
  if (found.size > bytesMax) {
    throw new UsageError(`Fichier trop lourd : ${found.size} octets, ${bytesMax} au plus.`);
  }
  return { name: basename(place), content: await readFile(place) };
}

/** A whole number, or undefined where the option is not given. */
export function numberOf(given: Given, option: string): number | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${option} attend un nombre entier.`);
  return Number(text);
}

export const jsonOf = (value: unknown): string =>
  JSON.stringify(
    value,
    (key, inner: unknown) =>
      key.startsWith('$') ? undefined : typeof inner === 'bigint' ? Number(inner) : inner,
    2,
  );

const say = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${line}\n`).join(''));
