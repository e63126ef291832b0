/** What a call was refused with. */
export type Refusal = {
  readonly code: string;
  readonly kind?: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
};

/** Undefined where the call was answered. */
export const refusalOf = (work: Promise<unknown>): Promise<Refusal | undefined> =>
  work.then(
    () => undefined,
    (error: Refusal) => error,
  );

export const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  (await refusalOf(work))?.code;
