import { randomUUID } from 'node:crypto';

export type Upload = {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly part: string;
    readonly name: string;
    readonly type: string;
    readonly text: string;
  }[];
};

/** A form with files (RFC 7578). Names of parts and files are ours and plain. */
export function multipartOf({ fields, files }: Upload): { type: string; body: string } {
  const boundary = `ent-${randomUUID()}`;
  const partOf = (disposition: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
  const parts = [
    ...Object.entries(fields).map(([name, value]) => partOf(`name="${name}"`, value)),
    ...files.map(({ part, name, type, text }) =>
      partOf(`name="${part}"; filename="${name}"\r\nContent-Type: ${type}`, text),
    ),
  ];
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: `${parts.join('')}--${boundary}--\r\n`,
  };
}
