import { parse } from 'yaml';

/** The keys that lead to a part of alertmanager.yml. */
export type ConfigPath = readonly (string | number)[];

interface Config {
  readonly global?: unknown;
  readonly receivers?: readonly Readonly<Record<string, unknown>>[];
}

/** One way to tell a receiver. */
interface Integration {
  readonly path: ConfigPath;
  readonly key: string;
  readonly value: unknown;
}

/**
 * What a complaint is about that names no line: amtool is asked about `global` alone, and then about half of the integrations
 * at a time. `saysSo` tells whether it complains of a config in the same words. null: it is about something else.
 */
export async function complainedOf(
  content: string,
  saysSo: (config: string) => Promise<boolean>,
): Promise<ConfigPath | null> {
  const config = parse(content) as Config;
  const fails = (some: readonly Integration[]): Promise<boolean> => saysSo(configWith(config.global, some));
  if (await fails([])) return ['global'];
  let suspects = integrationsOf(config);
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length / 2);
    suspects = (await fails(half)) ? half : suspects.slice(half.length);
  }
  const [found] = suspects;
  return found !== undefined && (await fails([found])) ? found.path : null;
}

function integrationsOf({ receivers = [] }: Config): readonly Integration[] {
  return receivers.flatMap(({ name: _, ...lists }, at) =>
    Object.entries(lists).flatMap(([key, list]) =>
      Array.isArray(list) ? list.map((value, index) => ({ path: ['receivers', at, key, index], key, value })) : [],
    ),
  );
}

/** JSON is YAML. Each integration has a receiver of its own. */
function configWith(global: unknown, integrations: readonly Integration[]): string {
  const receivers = integrations.map(({ key, value }, at) => ({ name: `${at}`, [key]: [value] }));
  return JSON.stringify({ global, route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }, ...receivers] });
}
