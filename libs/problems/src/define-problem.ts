import { DomainError, type ProblemDetails, type ProblemKind } from './domain-error.js';

type ProblemClass<Code extends string, Kind extends ProblemKind> = new (
  message: string,
  details?: ProblemDetails,
) => DomainError & { readonly code: Code; readonly kind: Kind };

/**
 * Shorthand for a refusal that needs no constructor of its own:
 * `export class UaiInvalid extends defineProblem('UAI_INVALID', 'invalid') {}`.
 */
export function defineProblem<const Code extends string, const Kind extends ProblemKind>(
  code: Code,
  kind: Kind,
): ProblemClass<Code, Kind> {
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code)) {
    throw new RangeError(`A problem code is UPPER_SNAKE, not ${code}`);
  }
  return class extends DomainError {
    readonly code = code;
    readonly kind = kind;
  };
}
