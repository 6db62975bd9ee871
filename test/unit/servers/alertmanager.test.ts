import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { plainAccess } from '../../../src/servers/access.js';
import { addressOf, withoutCredentials } from '../../../src/servers/address.js';
import { alertmanagerClient } from '../../../src/servers/alertmanager.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(url: string, timeoutMs?: number) {
  const address = addressOf(url);
  if (address === null) throw new Error(`no address: ${url}`);
  return alertmanagerClient(plainAccess(address), timeoutMs);
}

describe('an address', () => {
  it('is shown without what is secret, and asked with it', async () => {
    const asked: unknown[] = [];
    const host = await serve(({ url, headers }, response) => {
      asked.push([url, headers.authorization]);
      response.end('[]');
    });
    const client = clientOf(`http://sam:p%40ss@${host}/am/?token=x#y`);
    expect(client.shown).toBe(`http://${host}/am`);
    expect(await client.silences()).toEqual({ ok: true, value: [] });
    expect(asked).toEqual([['/am/api/v2/silences', `Basic ${Buffer.from('sam:p@ss').toString('base64')}`]]);
  });

  it.each(['alertmanager:9093', 'file:///etc/passwd', 'http://', 'x'])('%s is none', (text) => {
    expect(addressOf(text)).toBeNull();
  });

  it.each([
    ['sam:pass@host:9093', '***@host:9093'],
    ['http://sam:pa@ss@[host', 'http://***@[host'],
    ['htp://host?token=x', 'htp://host'],
    ['\u001b[31mhost', '\\x1b[31mhost'],
  ])('%s is shown as %s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
  });
});

describe('trouble', () => {
  it('another host is not followed to', async () => {
    let reached = false;
    const other = await serve((_, response) => {
      reached = true;
      response.end('[]');
    });
    const host = await serve((_, response) => {
      response.writeHead(307, { location: `http://u:p@${other}/api/v2/silences` }).end();
    });
    expect(await clientOf(`http://u:p@${host}`).silences()).toMatchObject({
      ok: false,
      trouble: `sends on to http://${other}`,
    });
    expect(reached).toBe(false);
  });

  it('a server that never answers is not waited for', async () => {
    const host = await serve(() => undefined);
    expect(await clientOf(`http://${host}`, 50).silences()).toMatchObject({
      ok: false,
      trouble: 'does not answer within 0.05 s',
    });
  });

  it('nobody there', async () => {
    const host = await serve(() => undefined);
    servers[0]?.close();
    const client = clientOf(`http://${host}`);
    expect(await client.silences()).toMatchObject({ ok: false, trouble: 'refuses connections' });
  });

  it.each([
    [400, '"bad matcher \\u001b[31m"', 'answers 400: bad matcher \\x1b[31m'],
    [422, '{"code":601,"message":"comment is required"}', 'answers 422: comment is required'],
    [502, '<html><body>Bad Gateway', 'answers 502'],
    [200, '<html>', 'does not answer as an Alertmanager does'],
    [200, '{"status":"success"}', 'does not answer as an Alertmanager does'],
    [200, '[{"id":"x"}]', 'does not answer as an Alertmanager does'],
    [200, '', 'does not answer as an Alertmanager does'],
  ])('%i %s', async (status, body, trouble) => {
    const host = await serve((_, response) => void response.writeHead(status).end(body));
    expect(await clientOf(`http://${host}`).silences()).toMatchObject({ ok: false, trouble });
  });
});
