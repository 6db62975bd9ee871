import { describe, expect, it } from 'vitest';
import { loadReporter, REPORT_FORMATS } from '../../../src/diagnostics/reporters/index.js';
import { inlineSecrets } from '../../../src/model/secrets.js';
import type { Json } from '../../../src/model/types.js';
import { parseDocuments } from '../../../src/source/parse.js';
import { build, PROJECT } from './repo.js';

/** The secrets in a mapping of receivers or of `global`, as `path → hint's file`. */
function secretsIn(value: Json): string[] {
  const text = JSON.stringify(value);
  const [document] = parseDocuments('notifications/a.yaml', text, 'notifications').documents;
  if (document === undefined) throw new Error('not a document');
  return inlineSecrets(value, { document, path: [] }).map(({ span, hint }) => {
    const file = /`(\w+_file|files): /.exec(hint ?? '')?.[1] ?? '-';
    return `${text.slice(span?.start, span?.end)} → ${file}`;
  });
}

const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('a secret in the repo', () => {
  it.each<[string, Json, string]>([
    ['smtp', { smtp_auth_password: 'S3' }, 'smtp_auth_password_file'],
    ['smtp cram-md5', { smtp_auth_secret: 'S3' }, 'smtp_auth_secret_file'],
    ['slack', { slack_api_url: 'S3' }, 'slack_api_url_file'],
    ['opsgenie', { opsgenie_api_key: 'S3' }, 'opsgenie_api_key_file'],
    ['wechat', { wechat_api_secret: 'S3' }, 'wechat_api_secret_file'],
    ['victorops', { victorops_api_key: 'S3' }, 'victorops_api_key_file'],
    ['rocketchat', { rocketchat_token: 'S3' }, 'rocketchat_token_file'],
    ['rocketchat id', { rocketchat_token_id: 'S3' }, 'rocketchat_token_id_file'],
    ['basic auth', { http_config: { basic_auth: { username: 'u', password: 'S3' } } }, 'password_file'],
    ['authorization', { http_config: { authorization: { credentials: 'S3' } } }, 'credentials_file'],
    ['bearer token', { http_config: { bearer_token: 'S3' } }, 'bearer_token_file'],
    ['oauth2', { http_config: { oauth2: { client_id: 'a', client_secret: 'S3' } } }, 'client_secret_file'],
    ['oauth2 tls', { http_config: { oauth2: { tls_config: { key: 'S3' } } } }, 'key_file'],
    ['tls', { http_config: { tls_config: { key: 'S3' } } }, 'key_file'],
    ['proxy header', { http_config: { proxy_connect_header: { 'Proxy-Authorization': ['S3'] } } }, '-'],
    ['header', { http_config: { http_headers: { Authorization: { values: ['S3'] } } } }, 'files'],
    [
      'key of a certificate',
      { http_config: { oauth2: { client_certificate_key: 'S3' } } },
      'client_certificate_key_file',
    ],
    ['cookie', { http_config: { http_headers: { Cookie: { values: ['S3'] } } } }, 'files'],
    ['token of a header', { http_config: { http_headers: { 'PRIVATE-TOKEN': { values: ['S3'] } } } }, 'files'],
    ['secret header', { http_config: { http_headers: { 'X-Any': { secrets: ['S3'] } } } }, 'files'],
    ['discord', { discord_configs: [{ webhook_url: 'S3' }] }, 'webhook_url_file'],
    ['msteams', { msteams_configs: [{ webhook_url: 'S3' }] }, 'webhook_url_file'],
    ['msteams v2', { msteamsv2_configs: [{ webhook_url: 'S3' }] }, 'webhook_url_file'],
    ['mattermost', { mattermost_configs: [{ webhook_url: 'S3' }] }, 'webhook_url_file'],
    ['email', { email_configs: [{ to: 'a@example.com', auth_password: 'S3' }] }, 'auth_password_file'],
    ['email cram-md5', { email_configs: [{ auth_secret: 'S3' }] }, 'auth_secret_file'],
    ['opsgenie', { opsgenie_configs: [{ api_key: 'S3' }] }, 'api_key_file'],
    ['pagerduty', { pagerduty_configs: [{ service_key: 'S3' }] }, 'service_key_file'],
    ['pagerduty v2', { pagerduty_configs: [{ routing_key: 'S3' }] }, 'routing_key_file'],
    ['pushover user', { pushover_configs: [{ user_key: 'S3' }] }, 'user_key_file'],
    ['pushover', { pushover_configs: [{ token: 'S3' }] }, 'token_file'],
    ['rocketchat', { rocketchat_configs: [{ token: 'S3' }] }, 'token_file'],
    ['slack', { slack_configs: [{ channel: '#a', api_url: 'S3' }] }, 'api_url_file'],
    ['sns', { sns_configs: [{ sigv4: { access_key: 'a', secret_key: 'S3' } }] }, '-'],
    ['telegram', { telegram_configs: [{ bot_token: 'S3', chat_id: 1 }] }, 'bot_token_file'],
    ['victorops', { victorops_configs: [{ api_key: 'S3', routing_key: 'team' }] }, 'api_key_file'],
    ['wechat', { wechat_configs: [{ api_secret: 'S3' }] }, 'api_secret_file'],
    ['incident.io', { incidentio_configs: [{ alert_source_token: 'S3' }] }, 'alert_source_token_file'],
    [
      'the second of a list',
      { webhook_configs: [{ url: 'http://a/' }, { http_config: { bearer_token: 'S3' } }] },
      'bearer_token_file',
    ],
  ])('%s %j', (_, value, file) => {
    expect(secretsIn(value)).toEqual([`"S3" → ${file}`]);
  });

  it('may be a number', () => {
    expect(secretsIn({ smtp_auth_password: 123456 })).toEqual(['123456 → smtp_auth_password_file']);
  });

  it.each([
    'https://user:pass@bridge.example.com/hook',
    'https://token@bridge.example.com/hook',
    'https://bridge.example.com/hook?token=abc',
    'https://bridge.example.com/hook?x=1&api_key=abc',
    'https://bridge.example.com/hook?API-Key=abc',
    'https://bridge.example.com/hook?subscription-key=abc',
    'https://functions.example.com/api/hook?code=abc',
    'user:pass@bridge.example.com/hook',
    'https://hooks.slack.com/services/T00/B00/x',
    'https://discord.com/api/webhooks/1/x',
    'https://discord.com/api/v10/webhooks/1/x',
    'https://outlook.office.com/webhook/x',
    'https://maker.ifttt.com/trigger/gpu/with/key/x',
    'https://api.telegram.org/bot1:x/sendMessage',
    'https://example.webhook.office.com/webhookb2/x',
    'https://prod-1.westeurope.logic.azure.com/workflows/x',
    `https://bridge.example.com/hook/${GUID}`,
    'https://api.telegram.org/bot123456:AAF1q_Zw7xKq-3n9pLkB2v/sendMessage',
  ])('the address of a webhook: %s', (url) => {
    expect(secretsIn({ webhook_configs: [{ url }] })).toEqual([`${JSON.stringify(url)} → url_file`]);
  });

  it('stands where the path of its file belongs', () => {
    const url = 'https://hooks.slack.com/services/T00/B00/x';
    expect(secretsIn({ slack_configs: [{ api_url_file: url }] })).toEqual([`"${url}" → api_url_file`]);
  });

  it.each(['Bearer S3', 'basic S3'])('stands in a header of any name: %s', (value) => {
    const text = JSON.stringify(value);
    expect(secretsIn({ http_config: { http_headers: { 'X-Any': { values: [value] } } } })).toEqual([`${text} → files`]);
  });

  it('is a private key, wherever it stands', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----';
    expect(secretsIn({ pagerduty_configs: [{ details: { note: key } }] })).toEqual([`"${key}" → note_file`]);
  });

  it('stands in the address of a proxy, for which there is no file', () => {
    const proxy = 'http://user:pass@proxy:3128';
    expect(secretsIn({ http_config: { proxy_url: proxy } })).toEqual([`"${proxy}" → -`]);
  });

  it.each<[string, Json]>([
    ['an internal webhook', { webhook_configs: [{ url: 'http://alert-bridge:8080/hook', max_alerts: 10 }] }],
    [
      'words and numbers in a path',
      { webhook_configs: [{ url: 'http://a/gpu2-cluster-alerts-prod/alerts-production-01' }] },
    ],
    ['a file', { slack_configs: [{ api_url_file: '/etc/alertmanager/slack' }], smtp_auth_password_file: '/x' }],
    ['nothing', { smtp_auth_password: '', bot_token: null }],
    [
      'public addresses',
      { pagerduty_configs: [{ url: 'https://events.pagerduty.com/v2/enqueue', routing_key_file: '/x' }] },
    ],
    [
      'of Telegram',
      { telegram_configs: [{ api_url: 'https://api.telegram.org', bot_token_file: '/x', chat_id: -1001234 }] },
    ],
    ['of Opsgenie', { opsgenie_configs: [{ api_url: 'https://api.opsgenie.com/', api_key_file: '/x' }] }],
    ['of WeChat', { wechat_api_url: 'https://qyapi.weixin.qq.com/cgi-bin/', wechat_api_corp_id: 'ww0123456789abcdef' }],
    ['of VictorOps', { victorops_api_url: 'https://alert.victorops.com/integrations/generic/20131114/alert/' }],
    ['the routing key of VictorOps', { victorops_configs: [{ api_key_file: '/x', routing_key: 'team-a' }] }],
    [
      'a link',
      { slack_configs: [{ title_link: `https://grafana.example.com/d/${GUID}?var-key={{ .GroupLabels.key }}` }] },
    ],
    ['names of the author', { pagerduty_configs: [{ details: { token: 'x', key: '{{ .Status }}' } }] }],
    ['headers', { email_configs: [{ headers: { Subject: 'a', 'X-Priority': '1' } }] }],
    ['files of headers', { http_config: { http_headers: { Authorization: { files: ['/x'] } } } }],
    [
      'whoever the account is of',
      { basic_auth: { username: 'u' }, oauth2: { client_id: 'a', token_url: 'https://a/token' } },
    ],
    ['a routing key from the alert', { pagerduty_configs: [{ routing_key: '{{ .CommonLabels.team }}' }] }],
    ['a channel', { discord_configs: [{ webhook_url_file: '/x', message: 'see https://discord.com/channels/1/2' }] }],
    ['a link with a code', { slack_configs: [{ title_link: 'https://wiki.example.com/runbook?code=GPU-79' }] }],
    ['other headers', { http_config: { http_headers: { 'X-Scope-OrgID': { values: ['gpu'] } } } }],
    ['a setting', { webhook_configs: [{ send_resolved: true }] }],
  ])('is not: %s', (_, value) => {
    expect(secretsIn(value)).toEqual([]);
  });

  it('is found in receivers and in `global` of the Project, and pointed at', () => {
    const { places } = build({
      'aami.yaml': `${PROJECT}alertmanager: { default_receiver: a, global: { opsgenie_api_key: hunter2 } }\n`,
      'notifications/a.yaml': 'kind: Receiver\nname: a\nemail_configs: [{ to: a@example.com, auth_password: hunter3 }]',
    });
    expect(places).toEqual([
      'schema/inline-secret @ notifications/a.yaml: hunter3',
      'schema/inline-secret @ aami.yaml: hunter2',
    ]);
  });
});

describe('no report shows a secret', () => {
  const receiver = (broken: string): string => `kind: Receiver
name: a
slack_configs:
  - api_url: https://hooks.slack.com/services/T0/B0/hunter2
    channel: "#a"
pagerduty_configs: [{ service_key: hunter2, ${broken} }]
webhook_configs:
  - url: "http://me:hunter2@bridge/"
    http_config:
      basic_auth: { username: me, password: "hunter2, hunter2" }
`;
  it.each([
    ['that was found', receiver('severity: critical')],
    ['beside a key that is unknown', `${receiver('severity: critical')}slak_configs: []\n`],
    ['in a file that does not parse', receiver('severity: [')],
    ['in a name that stands twice', receiver('service_key: hunter2')],
  ])('%s', async (_, text) => {
    const file = 'notifications/a.yaml';
    const { findings } = build({ 'aami.yaml': `${PROJECT}alertmanager: { default_receiver: a }\n`, [file]: text });
    expect(findings.length).toBeGreaterThan(0);
    const full = `apiVersion: aami/v1\n${text}`;
    for (const format of REPORT_FORMATS) {
      const report = await loadReporter(format);
      const shown = report(findings, (path) => (path === file ? full : undefined), { color: false });
      expect(shown, format).not.toContain('hunter2');
      expect(shown, format).toContain(format === 'sarif' ? 'a.yaml' : file);
    }
  });

  it('hides a value of several lines in a file that does not parse', async () => {
    const text = `webhook_configs:
  - http_config:
      tls_config:
        cert_file: /etc/a.pem
      oauth2:
        client_secret: |
          hunter2

          hunter2
        client_id: me
      http_headers:
        X-Any:
          secrets:
            - hunter2
      broken: [
`;
    const start = text.indexOf('client_secret');
    for (const at of [start, text.indexOf('broken')]) {
      const span = { file: 'notifications/a.yaml', start: at, end: at + 6 };
      const one = {
        code: 'schema/missing-key',
        severity: 'error',
        message: 'm',
        span,
        related: [],
        hint: null,
      } as const;
      const shown = (await loadReporter('pretty'))([one], () => text, { color: false });
      expect(shown).toContain(at === start ? 'client_secret: •' : 'secrets:');
      expect(shown).not.toContain('hunter2');
    }
  });

  it('hides the value alone, and leaves places as they are', async () => {
    const text = 'pagerduty_configs: [{ service_key: hunter2, client: aami }]\n';
    const start = text.indexOf('client');
    const report = await loadReporter('pretty');
    const span = { file: 'notifications/a.yaml', start, end: start + 6 };
    const one = { code: 'schema/unknown-key', severity: 'error', message: 'm', span, related: [], hint: null } as const;
    expect(report([one], () => text, { color: false })).toContain(
      [
        '> 1 | pagerduty_configs: [{ service_key: •••••••, client: aami }]',
        '    |                                             ^^^^^^',
      ].join('\n'),
    );
  });
});
