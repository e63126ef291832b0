import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What travels compressed. Fonts and pictures of points are so already. */
const texts = /\.(js|css|svg|json|txt|html)$/;
/** What fits one packet arrives no sooner for being smaller. */
const packetBytes = 1_400;

/**
 * Writes `.br` and `.gz` beside each text of the folder, once per build at the highest level, so that no answer
 * waits for it. The door (src/web-application.ts) gives them to who takes them.
 */
export function precompress(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!texts.test(path) || !(statSync(path).size > packetBytes)) continue;
    const bytes = readFileSync(path);
    const sizeHint = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: sizeHint }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
