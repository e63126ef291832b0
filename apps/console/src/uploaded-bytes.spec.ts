import type { ExecutionContext } from '@nestjs/common';
import { uploadedBytesOf } from './uploaded-bytes.js';

/** A request that announces so many bytes, none of which is read. */
const announcing = (bytes: number) =>
  ({
    switchToHttp: () => ({
      getRequest: () => ({ headers: { 'content-length': String(bytes) } }),
      getResponse: () => ({ setHeader: () => undefined }),
    }),
  }) as unknown as ExecutionContext;

test.each([
  [200_000, '200 ko'],
  [1_000_000, '1 Mo'],
  [20_000_000, '20 Mo'],
])('of a file beyond %d bytes it is said how many it may have: %s', async (bytesMax, words) => {
  await expect(uploadedBytesOf(bytesMax, announcing(bytesMax + 1))).rejects.toMatchObject({
    ...{ code: 'UPLOAD_TOO_LARGE', details: { bytesMax } },
    message: `Le fichier dépasse ${words} : réduisez-le et renvoyez-le.`,
  });
});
