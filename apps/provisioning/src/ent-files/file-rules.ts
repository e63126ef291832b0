/** When the new accounts of a school go by file. */
export class FileRules {
  /** `least`: accounts of a school from which they do; 0: never. */
  constructor(readonly least: number) {}
}
