import { StreamableFile } from '@nestjs/common';

/** A paper, as a file to keep or print. */
export function paper(type: string, fileName: string, content: Uint8Array): StreamableFile {
  const safeName = fileName.replace(/[^\w.-]/g, '_');
  return new StreamableFile(content, { type, disposition: `attachment; filename="${safeName}"` });
}

export const pdf = (fileName: string, content: Uint8Array): StreamableFile =>
  paper('application/pdf', fileName, content);
