import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Client } from 'ldapts';
import { incident, incidentFrom } from './ldap-incident.js';

const startTls = '1.3.6.1.4.1.1466.20037';

export type LdapServer = {
  readonly url: string;
  readonly ca: string | undefined;
  readonly connectTimeoutMs: number;
};

/**
 * A connection whose other end has proven its name. The client's own ways are not used: after
 * StartTLS it would check the certificate against `localhost`, keep what came in clear before, wait
 * for a handshake without end, and connect again by itself without a bind.
 */
export async function secureSocket({ url, ca, connectTimeoutMs }: LdapServer): Promise<TLSSocket> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isTlsFirst = protocol === 'ldaps:';
  const socket = connectTcp({ host, port: Number(port) || (isTlsFirst ? 636 : 389) });
  const deadline = setTimeout(() => socket.destroy(new Error('too slow')), connectTimeoutMs);
  // Whatever breaks later is seen by whoever waits; without a listener it would end the process.
  socket.on('error', () => {});
  try {
    await happens(socket, 'connect').catch((error: unknown) => {
      throw incidentFrom(error, 'UNREACHABLE');
    });
    if (!isTlsFirst) await askForTls(socket, url, connectTimeoutMs);
    const secure = connectTls({
      socket,
      host,
      ...(isIP(host) ? {} : { servername: host }),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    });
    secure.on('error', () => {});
    await happens(secure, 'secureConnect').catch((error: unknown) => {
      secure.destroy();
      throw incident(isOfTls(error) ? 'CERTIFICATE' : 'UNREACHABLE');
    });
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function askForTls(socket: Socket, url: string, timeout: number): Promise<void> {
  const client = new Client({ url, timeout, createConnection: () => socket });
  try {
    await client.exop(startTls);
  } catch (error) {
    const found = incidentFrom(error, 'CONNECTION_LOST');
    throw found.details['status'] === undefined ? found : incident('TLS_REFUSED');
  } finally {
    // The clear part ends here: this client, and what its buffer still holds, are never asked again.
    for (const event of ['data', 'end', 'close', 'timeout']) socket.removeAllListeners(event);
  }
}

function happens(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** Node's own errors are told by their code. */
function isOfTls(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return !['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(String(error.code));
}
