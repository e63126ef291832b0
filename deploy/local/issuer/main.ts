import { createServer } from 'node:http';
import { openIssuer } from './issuer.js';
import { issuerSettings } from './settings.js';
import { DemoUsers } from './users.js';

const settings = issuerSettings.parse(process.env);
const issuer = await openIssuer(settings, new DemoUsers(settings.DEMO_MARKET));
const server = createServer(issuer.listener).listen(settings.HTTP_PORT, settings.HOST, () => {
  console.log(`Issuer ${settings.ISSUER_URL} listens on ${settings.HOST}:${settings.HTTP_PORT}`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    issuer.save();
    server.close();
    server.closeAllConnections();
  });
}
