import { describe, expect, it } from 'vitest';
import { build, PROJECT } from './repo.js';

const project = (alertmanager: string): string => `${PROJECT}alertmanager: ${alertmanager}\n`;
const RECEIVERS = `
kind: Receiver
name: ops-chat
webhook_configs: [{ url: "http://bridge:8080/hook" }]
---
kind: Receiver
name: pager
pagerduty_configs: [{ routing_key_file: /etc/alertmanager/pagerduty }]
email_configs: [{ to: ops@example.com }]
`;

describe('receivers', () => {
  it("hold Alertmanager's own settings, in order of name", () => {
    const { repo, findings } = build({
      'aami.yaml': project('{ default_receiver: ops-chat }'),
      'notifications/all.yaml': RECEIVERS,
    });
    expect(findings).toEqual([]);
    expect([...repo.receivers.keys()]).toEqual(['ops-chat', 'pager']);
    expect(Object.entries(repo.receivers.get('pager')?.integrations ?? {})).toEqual([
      ['email_configs', [{ to: 'ops@example.com' }]],
      ['pagerduty_configs', [{ routing_key_file: '/etc/alertmanager/pagerduty' }]],
    ]);
  });

  it('may tell nobody', () => {
    const { findings } = build({
      'aami.yaml': project('{ default_receiver: nobody }'),
      'notifications/a.yaml': 'kind: Receiver\nname: nobody',
    });
    expect(findings).toEqual([]);
  });

  it('that are unknown are named wherever they stand, with what was meant', () => {
    const { places, findings } = build({
      'aami.yaml': project(
        '{ default_receiver: ops-caht, notify: { info: pagr }, namespaces: { production: { notify: { default: ops_chat } } } }',
      ),
      'notifications/all.yaml': `${RECEIVERS}---
kind: Route
name: watchdog
matchers: ['alertname="Watchdog"']
receiver: [pager, opschat]
`,
      'groups/a.yaml': 'kind: Group\nid: a\nnotify: { critical: [pager, pagers], warning: nobody }',
    });
    expect([...places].sort()).toEqual([
      'reference/unknown-receiver @ aami.yaml: ops-caht',
      'reference/unknown-receiver @ aami.yaml: ops_chat',
      'reference/unknown-receiver @ aami.yaml: pagr',
      'reference/unknown-receiver @ groups/a.yaml: nobody',
      'reference/unknown-receiver @ groups/a.yaml: pagers',
      'reference/unknown-receiver @ notifications/all.yaml: opschat',
    ]);
    const hints = Object.fromEntries(findings.map(({ message, hint }) => [message, hint]));
    expect(hints).toMatchObject({
      'There is no receiver `ops-caht`': 'Did you mean `ops-chat`?',
      'There is no receiver `pagers`': 'Did you mean `pager`?',
      'There is no receiver `nobody`': 'Define it under `notifications/`, with `kind: Receiver`.',
    });
  });

  it('are not unknown where only their own document is broken', () => {
    const { places } = build({
      'aami.yaml': project('{ default_receiver: pager }'),
      'notifications/a.yaml': 'kind: Receiver\nname: pager\npager_duty_configs: []',
    });
    expect(places).toEqual(['schema/unknown-key @ notifications/a.yaml: pager_duty_configs']);
  });

  it('have integrations that Alertmanager has, and say which was meant', () => {
    const { places, findings } = build({
      'aami.yaml': project('{ default_receiver: pager }'),
      'notifications/a.yaml': 'kind: Receiver\nname: pager\npagerduty_config: [{ url: "http://a/" }]',
    });
    expect(places).toEqual(['schema/unknown-key @ notifications/a.yaml: pagerduty_config']);
    expect(findings[0]?.hint).toBe('Did you mean `pagerduty_configs`?');
  });

  it('have one name each, and so have routes', () => {
    const { places, findings } = build({
      'aami.yaml': project('{ default_receiver: pager }'),
      'notifications/a.yaml': RECEIVERS,
      'notifications/b.yaml': 'kind: Receiver\nname: pager',
      'notifications/c.yaml': `
kind: Route
name: one
matchers: ['a="b"']
receiver: pager
---
kind: Route
name: one
matchers: ['a="c"']
receiver: pager
`,
    });
    expect(places).toEqual([
      'reference/duplicate-receiver @ notifications/b.yaml: pager',
      'reference/duplicate-route @ notifications/c.yaml: one',
    ]);
    expect(findings.map(({ related }) => related[0]?.span.file)).toEqual([
      'notifications/a.yaml',
      'notifications/c.yaml',
    ]);
  });

  it('need a default one', () => {
    const { places, findings } = build({ 'notifications/all.yaml': RECEIVERS });
    expect(places).toEqual(['reference/no-default-receiver @ aami.yaml: apiVersion']);
    expect(findings[0]?.hint).toBe('Name one as `alertmanager.default_receiver` in aami.yaml.');
  });

  it('are checked where there is no default one, too', () => {
    const { places } = build({ 'groups/a.yaml': 'kind: Group\nid: a\nnotify: { critical: pager }' });
    expect(places).toEqual(['reference/unknown-receiver @ groups/a.yaml: pager']);
  });
});
