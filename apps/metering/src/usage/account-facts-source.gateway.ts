/** Where account facts come from: asked why it has not stated the days that are over (BIL-5). */
export abstract class AccountFactsSource {
  /** Events that it consumes and has set aside, so that it states nothing; 0 too where it cannot be asked. */
  abstract setAside(): Promise<number>;
}
