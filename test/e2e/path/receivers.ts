import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An alert as a receiver is told of it. */
export interface Told {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Receivers of webhooks, each with a path of its own, that remember what they are told. */
export interface Receivers {
  readonly told: readonly Told[];
  url(receiver: string): string;
  stop(): void;
}

export async function startReceivers(): Promise<Receivers> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const receiver = request.url?.slice(1) ?? '';
      const { alerts } = JSON.parse(Buffer.concat(parts).toString()) as { alerts: readonly Omit<Told, 'receiver'>[] };
      for (const { status, labels, annotations } of alerts) told.push({ receiver, status, labels, annotations });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    told,
    url: (receiver) => `http://127.0.0.1:${port}/${receiver}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
