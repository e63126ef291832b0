/** A disk that fails is no fault of the delivery: the work is tried again. */
export const isDiskFault = (error: unknown): boolean =>
  (error as { syscall?: unknown } | undefined)?.syscall !== undefined;
