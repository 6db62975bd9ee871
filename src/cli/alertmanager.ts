import { plainAccess } from '../servers/access.js';
import { addressOf, type ServerAddress, withoutCredentials } from '../servers/address.js';
import { type AlertmanagerClient, alertmanagerClient } from '../servers/alertmanager.js';
import type { Silence } from '../silence/types.js';
import { complain } from './complain.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';

/** An Alertmanager that answers, and the silences that it has. */
export interface Connection {
  readonly kind: 'connected';
  readonly client: AlertmanagerClient;
  readonly silences: readonly Silence[];
}

type Failed = { readonly kind: 'failed'; readonly exit: ExitCode };

const VARIABLE = 'AAMI_ALERTMANAGER_URL';

/**
 * The Alertmanager of the option, of the environment, or the first of the repo that answers. Those of a repo are one
 * cluster, which tells each other of silences.
 */
export async function connect(
  option: string | undefined,
  ofRepo: () => Promise<readonly string[]>,
  io: Io,
): Promise<Connection | Failed> {
  const addresses = await addressesFrom(option, ofRepo, io);
  if (addresses === null) return { kind: 'failed', exit: EXIT.usage };
  const troubles: string[] = [];
  for (const address of addresses) {
    const client = alertmanagerClient(plainAccess(address));
    const silences = await client.silences();
    if (silences.ok) return { kind: 'connected', client, silences: silences.value };
    troubles.push(`${client.shown} ${silences.trouble}`);
  }
  complain(io, troubles.join('; '));
  return { kind: 'failed', exit: EXIT.environment };
}

async function addressesFrom(
  option: string | undefined,
  ofRepo: () => Promise<readonly string[]>,
  io: Io,
): Promise<readonly ServerAddress[] | null> {
  const variable = io.env[VARIABLE]?.trim();
  const [given, from] = option === undefined ? [variable, VARIABLE] : [option, '--alertmanager'];
  if (given !== undefined && given !== '') {
    const address = addressOf(given);
    if (address !== null) return [address];
    complain(io, `${from} is no URL: ${withoutCredentials(given)}`, 'E.g. http://alertmanager:9093.');
    return null;
  }
  const known = (await ofRepo()).flatMap((hostPort) => addressOf(`http://${hostPort}`) ?? []);
  if (known.length > 0) return known;
  complain(
    io,
    'which Alertmanager?',
    `Give --alertmanager <url>, set ${VARIABLE}, or name it in aami.yaml as \`prometheus.alertmanagers\`.`,
  );
  return null;
}
