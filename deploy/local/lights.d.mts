/** `fault` undefined: it is as its state says. */
export type Light = { readonly state: string; readonly fault?: string };

/** As `run.json` records it. */
export type RunningChild = {
  readonly name: string;
  /** As the supervisor last saw it. */
  readonly state: string;
  readonly pid?: number;
  readonly began?: string;
  readonly port?: number;
  readonly httpAddress?: string;
};

/** ready; dead; silent: alive, and it does not answer; else what its lights say. */
export function lightOf(child: RunningChild): Promise<Light>;
