// Shared code of the Node servers.

import { createServer } from 'node:http';

/**
 * Listens on a port that the system gives and prints the address. Ends when standard input does:
 * whoever started this process is gone then.
 *
 * @param handler makes the request listener, once the address is known
 * @param stop    what else is to end first
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

/** The whole body of a request. */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers with JSON. */
export function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** What was received and answered, for the tests to read at `/_log`. */
export class Log {
  #records = [];

  /**
   * Notes a request, and its answer once there is one. The clock is one that only goes forward.
   *
   * @param rewrite may change the answer before it is sent
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

  /** Answers with all records. */
  tell(response) {
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
