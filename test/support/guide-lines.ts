import { readFileSync } from 'node:fs';

export type GuideLine = { readonly command: string; readonly comment: string };

/** The commands of a section of a guide, in order, and the comment behind each. */
export function linesOfGuide(guide: string, heading: string): GuideLine[] {
  const [, text = ''] = readFileSync(guide, 'utf8').split(`\n${heading}`);
  const level = /^#+/.exec(heading)![0].length;
  const [own = ''] = text.split(new RegExp(`\n#{2,${level}} `));
  return [...own.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, command = '', comment = ''] = /^(.*?)(?:\s+#\s+(.*))?$/.exec(line) ?? [];
      return { command: command.trim(), comment };
    });
}

/** What must stand in the answer: « … ». */
export const quotedIn = (comment: string): string[] =>
  [...comment.matchAll(/« ?(.*?) ?»/g)].map(([, words]) => words!);
