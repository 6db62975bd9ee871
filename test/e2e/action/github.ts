import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** The part of GitHub's API that holds the comments of pull request 7 of `team/repo`, over HTTP. */
export interface Github {
  readonly url: string;
  readonly comments: Comment[];
  readonly close: () => void;
}

export const BOT = 'github-actions[bot]';

export async function startGithub(mayWrite: boolean, comments: Comment[]): Promise<Github> {
  const server: Server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (request.headers.authorization !== 'Bearer secret') return [401, { message: 'Bad credentials' }];
    const all = pathname === '/repos/team/repo/issues/7/comments';
    if (request.method === 'GET' && all) {
      const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
      return [200, comments.slice(size * (page - 1), size * page)];
    }
    if (!mayWrite) return [403, { message: 'Resource not accessible by integration' }];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { body }: { body: string } = JSON.parse(Buffer.concat(chunks).toString());
    if (request.method === 'POST' && all) {
      comments.push({ id: comments.length + 1, user: { login: BOT }, body });
      return [201, {}];
    }
    const own = comments.find(({ id }) => pathname === `/repos/team/repo/issues/comments/${id}`);
    if (request.method !== 'PATCH' || own === undefined) return [404, { message: 'Not Found' }];
    own.body = body;
    return [200, {}];
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, comments, close: () => server.close() };
}
