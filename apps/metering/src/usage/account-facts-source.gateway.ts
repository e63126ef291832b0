/** What only a person can bring on its way again, so that the source states nothing meanwhile. */
export type HeldUpAtSource = {
  /** Events that it consumes and has set aside. */
  readonly setAsideAtSource: number;
  /** Partitions that it reads no further. */
  readonly stoppedAtSource: number;
};

export const nothingIsHeldUp: HeldUpAtSource = { setAsideAtSource: 0, stoppedAtSource: 0 };

/** Where account facts come from: asked why it has not stated the days that are over (BIL-5). */
export abstract class AccountFactsSource {
  /** `nothingIsHeldUp` too where it cannot be asked. */
  abstract heldUp(): Promise<HeldUpAtSource>;
}
