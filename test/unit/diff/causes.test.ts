import { describe, expect, it } from 'vitest';
import type { Cause, FleetDiff } from '../../../src/diff/types.js';
import { alertTemplate, doc, type Files, smallRepo } from '../../repo.js';
import { diffOf } from './diff-of.js';

const LEVELS = ['  warning: { config: { limit: 80 } }', '  critical: { config: { limit: 90 } }'];
const hot = (levels: readonly string[], rest = ''): string =>
  alertTemplate('Hot', 'temp > ${limit}', `params: { limit: 70 }\n${rest}levels:\n${levels.join('\n')}`).replace(
    'severity: warning\n',
    '',
  );
const policy = (body: string): string => doc('AlertPolicy', body);
const EVERYWHERE = policy('scope: global\nalerts: { Hot: {} }');
const repo = (levels: readonly string[], policies: Files = {}): Files =>
  smallRepo({ templates: hot(levels), policies: EVERYWHERE, ...policies });
const muting = (level: string): string =>
  policy(`group: dev\nalerts:\n  Hot:\n    reason: ${level} is noise\n    levels: { ${level}: { enabled: false } }`);

const causesOf = ({ alerts }: FleetDiff): string[] =>
  alerts.map(({ alerts: names, severityBefore, severityAfter, causes }) =>
    [`${names} ${severityAfter ?? severityBefore}`, ...causes.map(describeCause)].join(' '),
  );
const describeCause = (cause: Cause): string =>
  'at' in cause ? `${cause.kind} ${cause.at.side} ${cause.at.file}:${cause.at.line} ${cause.reason}` : cause.kind;

describe('the cause', () => {
  it('of a level that its template drops or gains is the template', async () => {
    const [both, one] = [repo(LEVELS), repo(LEVELS.slice(1))];
    expect(causesOf(await diffOf(both, one))).toEqual(['Hot warning template before templates/extra.yaml:8 null']);
    expect(causesOf(await diffOf(one, both))).toEqual(['Hot warning template after templates/extra.yaml:8 null']);
  });

  it('is the mute of that level, whichever else are muted', async () => {
    const one = repo(LEVELS, { 'policies/a.yaml': muting('warning') });
    const both = { ...one, 'policies/0.yaml': muting('critical') };
    expect(causesOf(await diffOf(one, both))).toEqual(['Hot critical muted after policies/0.yaml:7 critical is noise']);
    expect(causesOf(await diffOf(both, one))).toEqual([
      'Hot critical unmuted before policies/0.yaml:7 critical is noise',
    ]);
  });

  it('is no mute that a stronger layer has lifted', async () => {
    const muted = policy('scope: global\nalerts: { Hot: { enabled: false } }');
    const anew = (targets: string): Files =>
      repo(LEVELS, { policies: `${muted}---\n${policy(`group: dev\n${targets}alerts: { Hot: { merge: replace } }`)}` });
    const before = anew('');
    expect(causesOf(await diffOf(before, anew('targets: { type: gpu }\n')))).toEqual([
      'Hot critical muted after policies/extra.yaml:4 null',
      'Hot warning muted after policies/extra.yaml:4 null',
    ]);
    const level = repo(LEVELS.slice(1), { policies: before['policies/extra.yaml'] ?? '' });
    expect(causesOf(await diffOf(before, level))).toEqual(['Hot warning template before templates/extra.yaml:8 null']);
  });

  it('of what the template requires from now on is the template', async () => {
    const required = smallRepo({
      templates: hot(LEVELS, 'requires: { exporters: [dcgm_exporter] }\n'),
      policies: EVERYWHERE,
      'aami.yaml': doc(
        'Project',
        'name: test\nexporters:\n  node_exporter: { job: node, port: 1 }\n  dcgm_exporter: { job: dcgm, port: 2 }',
      ),
      'targets/gpu.yaml': doc('Target', 'hostname: g1\ngroups: [prod]\nexporters: [node_exporter, dcgm_exporter]'),
    });
    const before = { ...required, 'templates/extra.yaml': hot(LEVELS) };
    const lost = [
      'Hot critical template after templates/extra.yaml:7 null',
      'Hot warning template after templates/extra.yaml:7 null',
    ];
    expect(causesOf(await diffOf(before, required))).toEqual(lost);
    expect(causesOf(await diffOf(required, before))).toEqual(lost.map((one) => one.replace('after', 'before')));
    // A policy that goes as well says more.
    const unbound = { ...required, 'policies/extra.yaml': policy('group: dev\nalerts: { Hot: {} }') };
    expect(
      (await diffOf(before, unbound)).alerts.find(({ where }) => where.some(({ group }) => group === 'prod')),
    ).toMatchObject({
      causes: [{ kind: 'unbound' }],
      count: 3,
    });
  });
});
