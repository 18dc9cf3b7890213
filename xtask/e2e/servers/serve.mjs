// Shared code of the Node servers.

import { createServer } from 'node:http';

/**
 * Listens on a free port and prints the address. Exits when standard input is closed, because the
 * parent process has exited then.
 *
 * @param handler creates the request listener for an address
 * @param stop    stops other resources before the process exits
 */
export async function serve(handler, stop = async () => {}) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `http://127.0.0.1:${server.address().port}`;
  server.on('request', await handler(address));
  process.stdin.on('end', async () => {
    await stop();
    process.exit(0);
  });
  process.stdin.resume();
  console.log(address);
}

/** Reads the body of a request. */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends a JSON response. */
export function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** The requests and responses of a server, which the tests read at `/_log`. */
export class Log {
  #records = [];

  /**
   * Records a request, and later its response, with times of a monotonic clock.
   *
   * @param rewrite may change the response before it is sent
   */
  note(request, response, body, rewrite = () => {}) {
    const record = {
      received: performance.now(),
      method: request.method,
      path: request.url,
      headers: { ...request.headers },
      body,
      form: [...new URLSearchParams(body)],
    };
    this.#records.push(record);
    const chunks = [];
    const { write, end } = response;
    response.write = (chunk, ...rest) => {
      chunks.push(Buffer.from(chunk));
      return write.call(response, chunk, ...rest);
    };
    response.end = (chunk, ...rest) => {
      if (chunk) chunks.push(Buffer.from(chunk));
      rewrite(response);
      record.status = response.statusCode;
      record.answer = parsed(Buffer.concat(chunks).toString('utf8'));
      record.answered = performance.now();
      console.error(JSON.stringify(record));
      return end.call(response, chunk, ...rest);
    };
  }

  /** Sends all records. */
  send(response) {
    answer(response, 200, this.#records);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
