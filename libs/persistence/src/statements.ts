import pg, { type QueryConfig } from 'pg';

export type Ask = (what: unknown, values?: unknown, callback?: unknown) => unknown;
type Answered = (error: Error | null, result: unknown) => void;

/**
 * The driver copies what it is given with its property descriptors, ten times the price of the statement that it makes of
 * it. One that has a name, a text and values alone, as ours do, is made here; all else goes the driver's way.
 */
export function statementsOf(ask: Ask): Ask {
  return (given, values, callback) => {
    if (!isPlain(given) || callback !== undefined) return ask(given, values, callback);
    const isAnswered = typeof values === 'function';
    const statement = new pg.Query(
      given.text,
      (isAnswered ? given.values : (values ?? given.values)) as never,
    ) as unknown as {
      name: string | undefined;
      callback: Answered;
    };
    statement.name = given.name;
    if (isAnswered) {
      statement.callback = values as Answered;
      ask(statement);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      statement.callback = (error, result) => (error ? reject(error) : resolve(result));
      ask(statement);
    }).catch((error: Error) => {
      // Where it was asked, not where the answer was read.
      Error.captureStackTrace(error);
      throw error;
    });
  };
}

const plainFields: ReadonlySet<string> = new Set(['name', 'text', 'values']);

function isPlain(given: unknown): given is QueryConfig {
  if (typeof given !== 'object' || given === null) return false;
  for (const field in given) if (!plainFields.has(field)) return false;
  return typeof (given as Partial<QueryConfig>).text === 'string';
}
