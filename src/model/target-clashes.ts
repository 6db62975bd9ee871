import type { FindingCode } from '../diagnostics/codes.js';
import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { Target } from './types.js';

/** All the clashes of one sort between two documents: one finding, however many hosts the ranges share. */
interface Clash {
  readonly code: FindingCode;
  readonly first: Target;
  readonly second: Target;
  readonly what: string;
  count: number;
}

/** The targets that have an id, a hostname and endpoints of their own; the others are findings. */
export function separateTargets(targets: readonly Target[]): Staged<Target[]> {
  const clashes = new Map<string, Clash>();
  const documentNumbers = new Map<unknown, number>();
  const numberOf = (target: Target): number => {
    const { document } = target.origin;
    const known = documentNumbers.get(document) ?? documentNumbers.size;
    documentNumbers.set(document, known);
    return known;
  };
  const report = (code: FindingCode, first: Target, second: Target, what: string): void => {
    const key = `${code} ${numberOf(first)} ${numberOf(second)}`;
    const clash = clashes.get(key);
    if (clash === undefined) clashes.set(key, { code, first, second, what, count: 1 });
    else clash.count++;
  };

  const ids = new Map<string, Target>();
  const hosts = new Map<string, Target>();
  const endpoints = new Map<string, Target>();
  const value: Target[] = [];
  for (const target of targets) {
    const sameHost = hosts.get(target.hostname);
    const sameId = ids.get(target.id);
    if (sameHost !== undefined) report('reference/duplicate-host', sameHost, target, `host \`${target.hostname}\``);
    else if (sameId !== undefined) report('reference/duplicate-target', sameId, target, `target \`${target.id}\``);
    else {
      hosts.set(target.hostname, target);
      ids.set(target.id, target);
      value.push(target);
      if (target.active) claimEndpoints(target, endpoints, report);
    }
  }
  return { value, findings: [...clashes.values()].map(clashFinding) };
}

function claimEndpoints(
  target: Target,
  endpoints: Map<string, Target>,
  report: (code: FindingCode, first: Target, second: Target, what: string) => void,
): void {
  for (const { exporter, port } of target.exporters) {
    const key = `${exporter.job}\n${target.address}\n${port}`;
    const other = endpoints.get(key);
    if (other === undefined) endpoints.set(key, target);
    else
      report('reference/duplicate-endpoint', other, target, `\`${target.address}:${port}\` in job \`${exporter.job}\``);
  }
}

function clashFinding({ code, first, second, what, count }: Clash): Finding {
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  const sameDocument = first.origin.document === second.origin.document;
  const message =
    code === 'reference/duplicate-endpoint'
      ? `\`${first.id}\` and \`${second.id}\` are both ${what}${others}`
      : sameDocument
        ? `The ${what}${others} come out of this range twice`
        : `The ${what}${others} ${count === 1 ? 'is' : 'are'} defined twice`;
  const key = (target: Target): Origin => placeOf(code, target);
  return finding(code, message, spanOf(key(second)), {
    related: sameDocument ? [] : [{ span: spanOf(key(first)), message: 'also here' }],
  });
}

/** The key that a reader would change. */
function placeOf(code: FindingCode, target: Target): Origin {
  const { document } = target.origin;
  const keys = document.value !== null && typeof document.value === 'object' ? Object.keys(document.value) : [];
  const wanted = {
    'reference/duplicate-target': ['id', 'hostname', 'hosts'],
    'reference/duplicate-host': ['hostname', 'hosts'],
  }[code as string] ?? ['address', 'hostname', 'hosts'];
  return { document, path: wanted.filter((key) => keys.includes(key)).slice(0, 1) };
}
