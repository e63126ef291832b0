import { defineProblem } from './define-problem.js';

/** Input that does not have the shape asked for; every mistake is named, no value is repeated. */
export class InputInvalid extends defineProblem('INPUT_INVALID', 'invalid') {}
