import request from 'supertest';
import { startConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

const webFolder = 'apps/console/web';

/** The first page, for somebody who is not logged in. */
async function welcome(over: { BRAND?: string }): Promise<string> {
  const running = await startConsole(fakeServices, { WEB_FOLDER: webFolder, ...over });
  try {
    const { text } = await request(running.app.getHttpServer()).get('/').expect(200);
    return text;
  } finally {
    await running.stop();
  }
}

test.each([
  [{}, 'Groupement de commandes ENT'],
  [{ BRAND: 'Académie & "fils" $& <b>' }, 'Académie &#38; &#34;fils&#34; $&#38; &#60;b&#62;'],
])('MKT-1: the page says whose service it is, by the setting %j', async (over, told) => {
  expect(await welcome(over)).toContain(`<meta name="brand" content="${told}" />`);
});
