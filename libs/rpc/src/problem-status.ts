import { Metadata, status } from '@grpc/grpc-js';
import { DomainError, type ProblemDetails, type ProblemKind } from '#libs/problems';

/** The one place where kinds of refusal become gRPC statuses, and back. */
export const statusOfKind: Record<ProblemKind, status> = {
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  invalid: status.INVALID_ARGUMENT,
  forbidden: status.PERMISSION_DENIED,
  stale: status.ABORTED,
  'too-many': status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
};

/** Metadata key of the refusal in JSON: { code, kind, message, details }. Binary, since messages are French. */
const problemKey = 'ent-problem-bin';

export type ProblemOnTheWire = {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly message: string;
  readonly details: ProblemDetails;
};

/** The refusal as gRPC carries it. */
export function toStatus(error: DomainError): {
  code: status;
  details: string;
  metadata: Metadata;
} {
  const { code, kind, message, details } = error;
  const metadata = new Metadata();
  metadata.set(problemKey, Buffer.from(JSON.stringify({ code, kind, message, details })));
  // The ASCII part of a status may not hold accents: the code stands there, the message in the metadata.
  return { code: statusOfKind[kind], details: code, metadata };
}

/** The refusal that an answer carries, or undefined where the fault is technical. */
export function problemOf(metadata: Metadata | undefined): ProblemOnTheWire | undefined {
  const value = metadata?.get(problemKey)[0];
  if (value === undefined || typeof value === 'string') return undefined;
  return JSON.parse(value.toString('utf8')) as ProblemOnTheWire;
}

/** A refusal that another service stated: same code, kind, message and figures. */
export class RemoteProblem extends DomainError {
  readonly code: string;
  readonly kind: ProblemKind;
  constructor(problem: ProblemOnTheWire) {
    super(problem.message, problem.details);
    this.code = problem.code;
    this.kind = problem.kind;
  }
}

/** Another service could not be reached, or did not answer in time. Nothing is known of the effect. */
export class ServiceUnavailable extends DomainError {
  readonly code = 'SERVICE_UNAVAILABLE';
  readonly kind = 'unavailable';
  constructor(service: string, cause: unknown) {
    super('Un service est momentanément indisponible. Réessayez dans quelques instants.', {
      service,
    });
    this.cause = cause;
  }
}
