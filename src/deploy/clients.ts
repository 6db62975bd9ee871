import { type AlertmanagerClient, alertmanagerClient } from '../servers/alertmanager.js';
import { type PrometheusClient, prometheusClient } from '../servers/prometheus.js';
import type { ServerSettings } from './settings.js';

/** A server that can be asked. */
export type Client =
  | ({ readonly kind: 'prometheus' } & PrometheusClient)
  | ({ readonly kind: 'alertmanager' } & AlertmanagerClient);

/**
 * null: the settings give no URL.
 *
 * @param signal ends every question before its time
 */
export function clientOf({ kind, access, reloadTimeoutMs }: ServerSettings, signal?: AbortSignal): Client | null {
  if (access === null) return null;
  // No single answer may take the time of all of them.
  const timeoutMs = Math.min(30_000, reloadTimeoutMs);
  return kind === 'prometheus'
    ? { kind, ...prometheusClient(access, timeoutMs, signal) }
    : { kind, ...alertmanagerClient(access, timeoutMs, signal) };
}
