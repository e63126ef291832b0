import { z } from 'zod';

/** Every mistake of the environment at once, so that an operator mends them in one go. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration has ${mistakes.length} mistake(s):\n  - ${mistakes.join('\n  - ')}`);
  }
}

/**
 * Parses the environment with a service's schema. Called in `main.ts` only, so that importing a
 * file never needs an environment. Throws ConfigurationInvalid with all mistakes; values are not
 * repeated, since some are secrets.
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new ConfigurationInvalid(
    result.error.issues.map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`),
  );
}
