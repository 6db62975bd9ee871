import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before a server, which does as it is told: it may answer itself, or see that something happens first. */
export interface BrokenProxy {
  readonly url: string;
  stop(): void;
}

/** true: the question has been answered, or never will be. */
export type Misbehave = (question: IncomingMessage, answer: ServerResponse) => Promise<boolean> | boolean;

export async function startProxy(target: string, misbehave: Misbehave): Promise<BrokenProxy> {
  const proxy = createServer(async (question, answer) => {
    if (await misbehave(question, answer)) return;
    const { method, headers, url } = question;
    const forwarded = request(`${target}${url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    forwarded.on('error', () => answer.writeHead(502).end());
    question.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

export const isReload = ({ method, url }: IncomingMessage): boolean => method === 'POST' && url === '/-/reload';
