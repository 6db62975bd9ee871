import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials, TlsFiles } from '../../../src/servers/access.js';
import { addressOf } from '../../../src/servers/address.js';
import { prometheusClient } from '../../../src/servers/prometheus.js';

const work = mkdtempSync(join(tmpdir(), 'aami-access-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(work, { recursive: true });
});

const asked: (string | undefined)[] = [];
const answer: RequestListener = ({ headers }, response) => {
  asked.push(headers.authorization);
  response.end(JSON.stringify({ status: 'success', data: { version: '1' } }));
};

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function client(url: string, rest: { credentials?: Credentials; tls?: TlsFiles } = {}) {
  const address = addressOf(url);
  if (address === null) throw new Error(url);
  return prometheusClient({ address, credentials: rest.credentials ?? null, tls: rest.tls ?? null });
}

function file(name: string, text: string): string {
  writeFileSync(join(work, name), text);
  return join(work, name);
}

describe('credentials in files', () => {
  it('are sent, and go before those of the URL', async () => {
    const url = `http://sam:pass@127.0.0.1:${await listen(createServer(answer))}`;
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    asked.length = 0;
    await client(url).version();
    await client(url, { credentials: { kind: 'bearer', tokenFile: file('token', 't0ken\n') } }).version();
    await client(url, {
      credentials: { kind: 'basic', passwordFile: file('basic', 'eve:pw\n') },
    }).version();
    expect(asked).toEqual([basic('sam:pass'), 'Bearer t0ken', basic('eve:pw')]);
  });

  it('that cannot be read are said by the name of their file', async () => {
    const tokenFile = join(work, 'missing');
    const found = await client('http://127.0.0.1:9', { credentials: { kind: 'bearer', tokenFile } }).version();
    expect(found).toMatchObject({ trouble: `cannot be asked: The token file ${tokenFile} cannot be read (ENOENT)` });
  });
});

describe('TLS', () => {
  let port: number;
  const none: TlsFiles = { ca: null, cert: null, key: null, serverName: null };
  beforeAll(async () => {
    const [key, cert] = [join(work, 'key.pem'), join(work, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=prometheus.internal', '-addext', 'subjectAltName=DNS:prometheus.internal'],
        ...['-keyout', key, '-out', cert],
      ],
      { stdio: 'pipe' },
    );
    const options = { key: readFileSync(key), cert: readFileSync(cert), ca: readFileSync(cert) };
    port = await listen(createTlsServer({ ...options, requestCert: true, rejectUnauthorized: true }, answer));
  });

  it('takes the authority, the client certificate and the name of the server from the settings', async () => {
    const cert = join(work, 'cert.pem');
    const tls = { ca: cert, cert, key: join(work, 'key.pem'), serverName: 'prometheus.internal' };
    expect(await client(`https://127.0.0.1:${port}`, { tls }).version()).toEqual({ ok: true, value: '1' });
  });

  it('refuses a server that nobody vouches for, or that has another name', async () => {
    expect(await client(`https://127.0.0.1:${port}`).version()).toMatchObject({
      trouble: 'has a certificate that no known authority signed',
    });
    const tls = { ...none, ca: join(work, 'cert.pem') };
    expect(await client(`https://127.0.0.1:${port}`, { tls }).version()).toMatchObject({
      trouble: 'has a certificate for another name',
    });
  });
});
