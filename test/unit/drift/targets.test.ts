import { describe, expect, it } from 'vitest';
import { compareTargets, readTargets } from '../../../src/drift/index.js';
import { scraped, target } from './sides.js';

const [p1, p2] = [target('p1'), target('p2')];
const built = { jobs: ['node-exporter', 'dcgm-exporter'], targets: [p1, p2] };
const compare = (active: Parameters<typeof compareTargets>[1]['active'], dropped = [] as (typeof p1)[]) =>
  compareTargets(built, { active, dropped });

const at = (host: string) => ({ job: 'node-exporter', address: `${host}:9100`, instance: host });

describe('targets', () => {
  it('that are scraped as they were built are no drift, even those that are down', () => {
    const down = scraped(p2, { health: 'down', lastError: 'connection refused' });
    expect(compare([scraped(p1), down])).toEqual({
      drift: [],
      asBuilt: 2,
      foreign: 0,
      down: [{ target: at('p2'), error: 'connection refused' }],
    });
  });

  it('of the build are not scraped', () => {
    expect(compare([scraped(p1)]).drift).toEqual([{ kind: 'target-not-scraped', target: at('p2'), dropped: false }]);
  });

  it('are not scraped because a relabelling drops them', () => {
    expect(compare([scraped(p1)], [p2]).drift).toEqual([
      { kind: 'target-not-scraped', target: at('p2'), dropped: true },
    ]);
  });

  it('are scraped in a job of the build, which does not have them', () => {
    const more = scraped(target('p3'));
    expect(compare([scraped(p1), scraped(p2), more]).drift).toEqual([{ kind: 'target-not-built', target: at('p3') }]);
  });

  it('of other jobs are counted apart', () => {
    const other = scraped(target('p3', { job: 'prometheus' }));
    expect(compare([scraped(p1), scraped(p2), other])).toMatchObject({ drift: [], foreign: 1 });
  });

  it.each([
    ['a label', { labels: { ...p1.labels, group_id: 'dev' } }, 'labels.group_id', 'prod', 'dev'],
    ['a label more', { labels: { ...p1.labels, rack: '1' } }, 'labels.rack', null, '1'],
    ['the address', { address: '10.0.0.1:9100' }, 'address', 'p1:9100', '10.0.0.1:9100'],
    ['the path', { metricsPath: '/probe' }, 'metrics_path', '/metrics', '/probe'],
    ['the scheme', { scheme: 'https' }, 'scheme', 'http', 'https'],
  ])('differ in %s', (_, change, field, was, is) => {
    expect(compare([scraped(p1, change), scraped(p2)]).drift).toEqual([
      { kind: 'target-differs', target: at('p1'), fields: [{ field, built: was, running: is }] },
    ]);
  });

  it('may get further labels by a relabelling, but no other values', () => {
    const labels = { ...p1.labels, region: 'north' };
    expect(compare([scraped(p1, { labels, relabelled: new Set(['region']) }), scraped(p2)]).drift).toEqual([]);
    const other = { ...p1.labels, group_id: 'dev' };
    expect(
      compare([scraped(p1, { labels: other, relabelled: new Set(['group_id']) }), scraped(p2)]).drift,
    ).toHaveLength(1);
  });
});

describe('an answer about targets', () => {
  const active = {
    scrapePool: 'node-exporter',
    discoveredLabels: {
      __address__: 'p1:9100',
      __metrics_path__: '/metrics',
      __scheme__: 'http',
      __scrape_interval__: '15s',
      job: 'node-exporter',
      instance: 'p1',
    },
    labels: { job: 'node-exporter', instance: 'p1', region: 'north' },
    health: 'up',
    lastError: '',
  };

  it('is read as it stands', () => {
    expect(readTargets({ activeTargets: [active], droppedTargets: [] })).toEqual({
      kind: 'read',
      value: {
        active: [
          {
            job: 'node-exporter',
            address: 'p1:9100',
            scheme: 'http',
            metricsPath: '/metrics',
            labels: { job: 'node-exporter', instance: 'p1', region: 'north' },
            relabelled: new Set(['region']),
            health: 'up',
            lastError: null,
          },
        ],
        dropped: [],
      },
    });
  });

  it.each([
    null,
    'junk',
    [],
    {},
    { activeTargets: {} },
    { activeTargets: [null] },
    { activeTargets: [{ labels: 1 }] },
    { activeTargets: [], droppedTargets: [3] },
  ])('cannot be read where it is not one: %j', (data) => {
    expect(readTargets(data)).toMatchObject({ kind: 'unreadable' });
  });
});
