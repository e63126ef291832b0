import { StreamableFile } from '@nestjs/common';

/** A paper, as a file to keep or print. */
export function pdf(fileName: string, content: Uint8Array): StreamableFile {
  const safeName = fileName.replace(/[^\w.-]/g, '_');
  return new StreamableFile(content, {
    type: 'application/pdf',
    disposition: `attachment; filename="${safeName}"`,
  });
}
