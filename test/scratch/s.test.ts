import { it } from 'vitest';
import { inlineSecrets } from '../../src/model/secrets.js';
import { parseDocuments } from '../../src/source/parse.js';
const cases: any[] = [
 {webhook_configs:[{url:'https://bridge/hook?api-key=abc'}]},
 {webhook_configs:[{url:'https://fn.azurewebsites.net/api/x?code=abcdefgh12345=='}]},
 {webhook_configs:[{url:'https://bridge/hook?subscription-key=abc'}]},
 {webhook_configs:[{url:'https://bridge/hook?access_key=abc'}]},
 {webhook_configs:[{url:'https://bridge/hook#token=abc'}]},
 {webhook_configs:[{url:'https://maker.ifttt.com/trigger/x/with/key/dGhpc2lzYWtleQ'}]},
 {webhook_configs:[{url:'https://bridge/hook/abcdefghijklmnopqrstuvwxyzabcdefgh'}]},
 {webhook_configs:[{url:'https://bridge/hook/aB3dE5fG7hI9jK'}]},
 {webhook_configs:[{url_file:'https://hooks.slack.com/services/T0/B0/x'}]},
 {slack_configs:[{api_url_file:'https://hooks.slack.com/services/T0/B0/x'}]},
 {webhook_configs:[{url:'HTTPS://USER:PASS@bridge/'}]},
 {webhook_configs:[{url:' https://user:pass@bridge/'}]},
 {webhook_configs:[{http_config:{http_headers:{'Api-Key':{values:['S3']}}}}]},
 {webhook_configs:[{http_config:{http_headers:{'PRIVATE-TOKEN':{values:['S3']}}}}]},
 {webhook_configs:[{http_config:{http_headers:{'Cookie':{values:['S3']}}}}]},
 {webhook_configs:[{http_config:{http_headers:{'X-Foo':{values:['Bearer abc']}}}}]},
 {webhook_configs:[{http_config:{oauth2:{endpoint_params:{password:'S3'}}}}]},
 {webhook_configs:[{http_config:{oauth2:{client_certificate_key:'S3'}}}]},
 {webhook_configs:[{http_config:{tls_config:{key:'-----BEGIN PRIVATE KEY-----\nabc'}}}]},
 {webhook_configs:[{http_config:{oauth2:{proxy_url:'http://u:p@x:1'}}}]},
 {webhook_configs:[{http_config:{proxy_url:'socks5://u:p@x:1'}}]},
 {http_config:{proxy_url:'u:p@proxy:3128'}},
 {slack_configs:[{app_token:'S3'}]},
 {jira_configs:[{http_config:{basic_auth:{password:'S3'}}, api_url:'https://u:p@j/'}]},
 {smtp_smarthost:'u:p@host:25'},
 {telegram_configs:[{api_url:'https://api.telegram.org/bot123:AAF1q'}]},
 {pagerduty_configs:[{url:'https://events.pagerduty.com/integration/0123456789abcdef0123456789abcdef/enqueue'}]},
 {webhook_configs:[{url:'https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaSy&token=x'}]},
 {webhook_configs:[{url:'https://open.feishu.cn/open-apis/bot/v2/hook/0f8fad5b-d9cb-469f-a165-70867728950e'}]},
 {email_configs:[{headers:{Authorization:'S3'}}]},
 {victorops_configs:[{custom_fields:{password:'S3'}}]},
 {webhook_configs:[{url:'https://mattermost.example.com/hooks/xyzabcdefghijkmnopqrstuvwx'}]},
 {webhook_configs:[{url:'https://app.slack-gov.com/x'}]},
 {webhook_configs:[{url:'https://discord.com/api/v10/webhooks/123/abc'}]},
 {webhook_configs:[{url:'https://discordapp.com/api/webhooks/123/abc'}]},
 {webhook_configs:[{url:'https://outlook.office.com/webhook/x'}]},
];
it('x', () => {
  for (const value of cases) {
    const text = JSON.stringify(value);
    const [document] = parseDocuments('notifications/a.yaml', text, 'notifications').documents;
    const n = inlineSecrets(value, { document: document!, path: [] }).length;
    console.log(n ? 'found ' : 'MISS  ', text);
  }
});
