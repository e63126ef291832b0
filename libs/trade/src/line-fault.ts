/** What is wrong with a line of a file, in French for the person who sent it. Line 0: the file as a whole. */
export type LineFault = {
  readonly line: number;
  readonly code: string;
  readonly message: string;
};
