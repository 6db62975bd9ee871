import { describe, expect, it } from 'vitest';
import { type DeploySettings, deploySettings, type SettingsSources } from '../../../src/deploy/settings.js';

const read = (sources: Partial<SettingsSources>) =>
  deploySettings({ flags: {}, project: null, env: {}, base: '/base', ...sources });

function settings(sources: Partial<SettingsSources>): DeploySettings {
  const result = read(sources);
  if (!result.ok) throw new Error(result.message);
  return result.settings;
}

const shown = ({ servers }: DeploySettings) =>
  servers.map(({ kind, access, path }) => [kind, access?.address.shown ?? null, path]);

describe('settings of a deploy', () => {
  it('are what flags say, over the Project, over the environment', () => {
    const env = { PROMETHEUS_URL: 'http://env:1', PROMETHEUS_RULE_PATH: '/env', PROMETHEUS_RELOAD_TIMEOUT: '7' };
    const project = { root: '/repo', deploy: { prometheus: [{ url: 'http://project:1', path: 'live' }] } };
    const flags = { prometheusUrl: ['http://flag:1'], rulePath: ['flag'] };
    expect(shown(settings({ env }))).toEqual([['prometheus', 'http://env:1', '/env']]);
    expect(shown(settings({ env, project }))).toEqual([['prometheus', 'http://project:1', '/repo/live']]);
    expect(shown(settings({ env, project, flags }))).toEqual([['prometheus', 'http://flag:1', '/base/flag']]);
  });

  it('come together from several sources where each says a part of one server', () => {
    const env = { PROMETHEUS_RELOAD_TIMEOUT: '7', PROMETHEUS_BACKUP_ENABLED: 'false', PROMETHEUS_CA_FILE: '/ca.pem' };
    const project = {
      root: '/repo',
      deploy: {
        prometheus: [
          { url: 'http://a:1', path: '/a' },
          { url: 'http://b:1', path: '/b', reload: false },
        ],
      },
    };
    const found = settings({ env, project, flags: { reloadTimeout: '2m' } });
    expect(shown(found)).toEqual([
      ['prometheus', 'http://a:1', '/a'],
      ['prometheus', 'http://b:1', '/b'],
    ]);
    expect(
      found.servers.map(({ reload, reloadTimeoutMs, backup, access }) => [
        reload,
        reloadTimeoutMs,
        backup,
        access?.tls?.ca,
      ]),
    ).toEqual([
      [true, 120_000, false, '/ca.pem'],
      [false, 120_000, false, '/ca.pem'],
    ]);
  });

  it('give a flag that names one server of the Project the rest of what is said of that one', () => {
    const deploy = {
      prometheus: [
        { url: 'http://a:1', path: '/a' },
        { url: 'http://b:1', path: '/b', bearer_token_file: 'token' },
      ],
    };
    const found = settings({ project: { root: '/repo', deploy }, flags: { prometheusUrl: ['http://b:1'] } });
    expect(shown(found)).toEqual([['prometheus', 'http://b:1', '/b']]);
    expect(found.servers[0]?.access?.credentials).toEqual({ kind: 'bearer', tokenFile: '/repo/token' });
  });

  it('never send what is meant for one server to another', () => {
    const project = { root: '/repo', deploy: { prometheus: [{ url: 'http://a:1', bearer_token_file: 'token' }] } };
    const found = settings({ project, flags: { prometheusUrl: ['http://other:1'] } });
    expect(found.servers[0]?.access?.credentials).toBeNull();
  });

  it('take lists of servers with one live folder each, or one for all', () => {
    const urls = { PROMETHEUS_URL: 'http://a:1, http://b:1' };
    expect(shown(settings({ env: { ...urls, PROMETHEUS_RULE_PATH: '/a,/b' } }))).toEqual([
      ['prometheus', 'http://a:1', '/a'],
      ['prometheus', 'http://b:1', '/b'],
    ]);
    expect(shown(settings({ env: { ...urls, PROMETHEUS_RULE_PATH: '/all' } })).map(([, , path]) => path)).toEqual([
      '/all',
      '/all',
    ]);
    expect(read({ env: { ...urls, PROMETHEUS_RULE_PATH: '/a,/b,/c' } })).toMatchObject({
      ok: false,
      message: 'PROMETHEUS_URL and PROMETHEUS_RULE_PATH name different numbers of servers',
    });
  });

  it('have defaults', () => {
    const found = settings({ flags: { rulePath: ['/live'] } });
    expect(found).toMatchObject({ web: null, keep: 5, maxRemovals: 20 });
    expect(found.servers).toEqual([
      {
        ...{ kind: 'prometheus', access: null, path: '/live', reload: true, reloadTimeoutMs: 60_000 },
        ...{ pidFile: null, validate: true, backup: true },
      },
    ]);
  });

  it.each([
    [{ PROMETHEUS_URL: 'x' }, 'x is no URL'],
    [{ PROMETHEUS_URL: 'htp://sam:secret@host' }, 'htp://***@host is no URL'],
    [{ PROMETHEUS_URL: 'http://a', PROMETHEUS_RELOAD_TIMEOUT: 'soon' }, 'PROMETHEUS_RELOAD_TIMEOUT is no duration'],
    [{ PROMETHEUS_URL: 'http://a', PROMETHEUS_RELOAD_ENABLED: 'perhaps' }, 'PROMETHEUS_RELOAD_ENABLED is neither'],
    [{ AAMI_KEEP_GENERATIONS: 'many' }, 'AAMI_KEEP_GENERATIONS is no whole number'],
  ])('%o is refused', (env, message) => {
    const result = read({ env });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
