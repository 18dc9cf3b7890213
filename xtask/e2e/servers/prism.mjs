// Prism, with a log of its requests and responses.
//
// node prism.mjs DOCUMENT

import core from '@stoplight/prism-core';
import prismHttp from '@stoplight/prism-http';
import prismServer from '@stoplight/prism-http-server';

import { Log, bodyOf, serve } from './serve.mjs';

const operations = await prismHttp.getHttpOperationsFromSpec(process.argv[2]);
const prism = prismServer.createServer(operations, {
  cors: false,
  config: {
    checkSecurity: true,
    errors: true,
    isProxy: false,
    mock: { dynamic: false },
    upstreamProxy: undefined,
    validateRequest: true,
    validateResponse: true,
  },
  components: { logger: core.createLogger('prism', { level: 'warn' }, process.stderr) },
});
const upstream = await prism.listen(0, '127.0.0.1');

await serve(() => {
  const log = new Log();
  return async (request, response) => {
    if (request.url === '/_log') {
      log.send(response);
      return;
    }
    const body = await bodyOf(request);
    log.note(request, response, body);
    const answered = await fetch(upstream + request.url, {
      method: request.method,
      headers: request.headers,
      body: request.method === 'GET' ? undefined : body,
    });
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(Buffer.from(await answered.arrayBuffer()));
  };
});
