export {
  DomainError,
  type ProblemKind,
  type JsonValue,
  type ProblemDetails,
} from './domain-error.js';
export { refuseMistakes, requireVersion } from './shared-refusals.js';
export { defineProblem } from './define-problem.js';
export { pointsToMend } from './points-to-mend.js';
export { orRefusal, refusalFields, refusalTold, type RefusalTold } from './refusal.js';
export { TooMany } from './too-many.js';
export { InputInvalid } from './input-invalid.js';
