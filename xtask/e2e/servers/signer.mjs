// Signs webhooks with the Node libraries of Twilio and of Standard Webhooks.
//
// POST /: `{"count": …, "seed": …, "twilio": TOKEN, "standard": SECRET}`. The response is a list of requests, each with
// `scheme`, `url`, `headers`, `body`, and the names and values of its form, if it is one.

import { createHash } from 'node:crypto';

import { Webhook } from 'standardwebhooks';
import webhooks from 'twilio/lib/webhooks/webhooks.js';

import { answer, bodyOf, serve } from './serve.mjs';

const { getExpectedTwilioSignature, HMAC_SHA256 } = webhooks;
const WORDS = ['a', 'Body', 'SmsSid', 'ünï', '日本', 'x y', '+1', '&=?', 'é', '😀', 'Z_9', '%41', '[0]'];

/** Returns numbers below a limit that depend on the seed alone (a linear congruential generator). */
function numbers(seed) {
  let state = BigInt(seed);
  return (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return Number((state >> 33n) % BigInt(limit));
  };
}

function sampler(seed) {
  const below = numbers(seed);
  const times = (count, make) => Array.from({ length: count }, make);
  const pick = (list) => list[below(list.length)];
  const word = () => times(1 + below(3), () => pick(WORDS)).join('');
  const url = () => {
    const path = times(below(4), () => `/${encodeURIComponent(word())}`).join('') || '/';
    const query = new URLSearchParams(times(below(4), () => [word(), word()])).toString();
    const port = pick(['', '', ':443', ':80', ':8443']);
    return `${pick(['http', 'https'])}://shop.example.com${port}${path}${query && `?${query}`}`;
  };
  return { below, times, pick, word, url };
}

/** Returns the headers of a signature by an auth token or by a shared key. */
function signature(token, below, address, form) {
  if (below(2)) return { 'x-twilio-signature': getExpectedTwilioSignature(token, address, form) };
  return {
    'x-twilio-signature': getExpectedTwilioSignature(token, address, form, HMAC_SHA256),
    'x-twilio-webhooks-signature-settings': 'key=webhooks_sharedkey_1,algorithm=HMAC_SHA256',
  };
}

function twilioForm(token, { below, times, pick, word, url }) {
  const form = Object.fromEntries(times(1 + below(6), () => [word(), times(pick([1, 1, 1, 3]), word)]));
  const pairs = Object.entries(form).flatMap(([name, values]) => values.map((value) => [name, value]));
  const address = url();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    ...signature(token, below, address, form),
  };
  return { scheme: 'twilio', url: address, headers, body: new URLSearchParams(pairs).toString(), form: pairs };
}

function twilioJson(token, { below, word, url }) {
  const body = JSON.stringify({ [word()]: word() });
  const plain = url();
  const digest = createHash('sha256').update(body).digest('hex');
  const address = `${plain}${plain.includes('?') ? '&' : '?'}bodySHA256=${digest}`;
  const headers = {
    'content-type': 'application/json',
    ...signature(token, below, address, {}),
  };
  return { scheme: 'twilio', url: address, headers, body };
}

function standard(webhook, { below, word, url }) {
  const body = JSON.stringify({ [word()]: word() });
  const now = new Date();
  const name = `msg_${below(1e9)}`;
  const headers = {
    'content-type': 'application/json',
    'webhook-id': name,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': webhook.sign(name, now, body),
  };
  return { scheme: 'standard', url: url(), headers, body };
}

await serve(async () => async (request, response) => {
  const asked = JSON.parse(await bodyOf(request));
  const samples = sampler(asked.seed);
  const webhook = new Webhook(asked.standard);
  const kinds = [
    () => twilioForm(asked.twilio, samples),
    () => twilioJson(asked.twilio, samples),
    () => standard(webhook, samples),
  ];
  answer(response, 200, samples.times(asked.count, (_, at) => kinds[at % kinds.length]()));
});
