import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/drift/index.js';
import { pretty } from '../../../src/status/reporters/pretty.js';
import { tableOf } from '../../../src/status/reporters/table.js';
import { withoutThoseElsewhere } from '../../../src/status/shards.js';
import { type Reached, type ServerStatus, type Status, verdictOf } from '../../../src/status/types.js';

const prometheus = (rest: Partial<Reached> = {}): Reached => ({
  state: 'reached',
  kind: 'prometheus',
  shown: 'http://prometheus:9090',
  notReady: null,
  version: '2.42.0',
  reloadFailed: false,
  troubles: [],
  rules: { asBuilt: 1200, waiting: 0, foreign: 0 },
  targets: { asBuilt: 300, waiting: 0, foreign: 2, elsewhere: 0, down: [] },
  config: 'compared',
  drift: [],
  ...rest,
});
const gone: ServerStatus = {
  state: 'unreachable',
  kind: 'alertmanager',
  shown: 'http://alertmanager:9093',
  trouble: 'refuses connections',
};
const missing = (instance: string): Drift => ({
  kind: 'target-not-scraped',
  target: { job: 'node', address: `${instance}:9100`, instance },
  dropped: true,
});

const status = (...servers: readonly ServerStatus[]): Status => ({ servers, unreadable: [] });
const report = (told: Status) => ({
  status: told,
  build: { folder: 'build', source: { revision: '0123456789abcdef', number: 7, dirty: true }, inputs: '' },
  folders: [],
});

describe('the verdict', () => {
  it.each<[string, Status, string]>([
    ['all is as built', status(prometheus()), 'as built'],
    ['something differs', status(prometheus({ drift: [missing('p1')] }), gone), 'drifted'],
    ['a reload failed', status(prometheus({ reloadFailed: true })), 'drifted'],
    ['a server cannot be reached', status(prometheus(), gone), 'unknown'],
    ['a server is not ready', status(prometheus({ notReady: 'answers 503' })), 'unknown'],
    ['a question was not answered', status(prometheus({ troubles: ['answers 500'] })), 'unknown'],
    ['a file of the build cannot be read', { ...status(prometheus()), unreadable: ['a.yml'] }, 'unknown'],
  ])('where %s', (_, told, verdict) => {
    expect(verdictOf(told)).toBe(verdict);
  });
});

describe('servers that share targets', () => {
  const shard = (...instances: readonly string[]): Reached =>
    prometheus({ config: 'foreign', drift: instances.map(missing) });

  it('leave them to each other', () => {
    const [one, other] = withoutThoseElsewhere([shard('p1'), shard('p2')]);
    expect([one, other]).toMatchObject([
      { drift: [], targets: { elsewhere: 1 } },
      { drift: [], targets: { elsewhere: 1 } },
    ]);
  });

  it('lack what none of them scrapes', () => {
    const told = withoutThoseElsewhere([shard('p1', 'p3'), shard('p2', 'p3'), gone]);
    expect(told.map((one) => (one.state === 'reached' ? one.drift : []))).toEqual([
      [missing('p3')],
      [missing('p3')],
      [],
    ]);
  });

  it('are none where they have the configuration of the build, or where there is one alone', () => {
    const whole = prometheus({ drift: [missing('p1')] });
    expect(withoutThoseElsewhere([whole, shard('p2')])[0]).toBe(whole);
    expect(withoutThoseElsewhere([shard('p1')])).toMatchObject([{ drift: [missing('p1')] }]);
  });
});

describe('for people', () => {
  it('a heading, what there is to know, what is wrong, and all in one line', () => {
    const drifted = prometheus({
      drift: [missing('p1')],
      targets: {
        ...{ asBuilt: 299, waiting: 0, foreign: 0, elsewhere: 0 },
        down: [{ target: { job: 'node', address: 'p2:9100', instance: 'p2' }, error: 'connection refused' }],
      },
    });
    expect(pretty(report(status(drifted, gone)), { color: false })).toBe(`Prometheus http://prometheus:9090 drifted
  version  2.42.0
  rules    1,200 as built
  targets  299 as built, 1 of them down
  config   as built
  down     p2 of node: connection refused
  Target p1 of job node is dropped by a relabelling.

Alertmanager http://alertmanager:9093 unreachable
  It refuses connections.

1 difference from the build, 1 of 2 servers did not tell everything (build build, 0123456789, build 7, with changes that were not committed)
`);
  });

  it('no more differences than somebody reads', () => {
    const many = Array.from({ length: 100 }, (_, at) => missing(`p${at}`));
    const text = pretty(report(status(prometheus({ drift: many }))), { color: false });
    expect(text.match(/is dropped/g)).toHaveLength(25);
    expect(text).toContain('and 75 differences more; --format json has them all');
  });

  it('nothing that moves the cursor', () => {
    const evil: ServerStatus = { ...gone, trouble: 'says \u001b[2J' };
    const told = report(status(prometheus({ version: '\u001b[31m', drift: [missing('\u001b[1A')] }), evil));
    const size = { columns: 200, rows: 50, color: false, at: 0, intervalMs: 5000 };
    for (const text of [pretty(told, { color: false }), tableOf(told, size).join('')])
      expect(text).not.toContain('\u001b');
  });
});

describe('the table', () => {
  const size = { columns: 120, rows: 24, color: false, at: Date.UTC(2026, 0, 1, 12, 30), intervalMs: 5000 };

  it('has a row for each server, and what is wrong below', () => {
    expect(tableOf(report(status(prometheus({ drift: [missing('p1')] }), gone)), size)).toEqual([
      '1 difference from the build, 1 of 2 servers did not tell everything  build build, 12:30:00 UTC, every 5 s, Ctrl-C ends',
      '',
      'SERVER                                 STATE        VERSION  CONFIG    RULES           TARGETS',
      'Prometheus http://prometheus:9090      drifted      2.42.0   as built  1,200 as built  300 as built, 2 of other jobs',
      'Alertmanager http://alertmanager:9093  unreachable',
      '',
      'http://prometheus:9090',
      'Target p1 of job node is dropped by a relabelling.',
      '',
      'http://alertmanager:9093',
      'It refuses connections.',
    ]);
  });

  it.each([
    [80, 24],
    [20, 5],
    [1, 1],
  ])('fits into %i columns and %i rows', (columns, rows) => {
    const many = Array.from({ length: 100 }, (_, at) => missing(`p${at}`));
    const lines = tableOf(report(status(prometheus({ drift: many }))), { ...size, columns, rows });
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('says how much does not fit', () => {
    const many = Array.from({ length: 100 }, (_, at) => missing(`p${at}`));
    expect(tableOf(report(status(prometheus({ drift: many }))), size).at(-1)).toBe('… 83 lines more');
  });
});
