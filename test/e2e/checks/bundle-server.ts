import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A static web server, as any that serves the output of a build to the nodes. */
export interface BundleServer {
  readonly url: string;
  /** From now on, this folder. */
  serve(folder: string): void;
  /** Nothing but this status; null: as before. */
  answer(status: number | null): void;
  stop(): Promise<void>;
}

export async function startBundleServer(first: string): Promise<BundleServer> {
  let folder = first;
  let only: number | null = null;
  const server = createServer(({ url = '/', headers }, response) => {
    const file = join(folder, new URL(url, 'http://x').pathname);
    if (only !== null || !existsSync(file)) {
      response.writeHead(only ?? 404).end();
      return;
    }
    const content = readFileSync(file);
    const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
    if (headers['if-none-match'] === tag) response.writeHead(304, { etag: tag }).end();
    else response.writeHead(200, { etag: tag }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (other) => {
      folder = other;
    },
    answer: (status) => {
      only = status;
    },
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
