// Stands for everybody who can be told: prints a line for each alert that Alertmanager sends to the port.
import { createServer } from 'node:http';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  for (const { status, labels, annotations } of JSON.parse(body).alerts) {
    console.log(`${request.url.slice(1)}: ${status} ${labels.alertname} ${labels.severity}: ${annotations.summary}`);
  }
  response.end();
});
server.listen(5001, '127.0.0.1', () => console.log('Nobody has been told of anything yet'));
