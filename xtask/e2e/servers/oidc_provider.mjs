// oidc-provider, behind a proxy that translates the paths and field names of the generated clients.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

import { Log, answer, bodyOf, serve } from './serve.mjs';

const fixtures = JSON.parse(await readFile(new URL('fixtures.json', import.meta.url), 'utf8'));
const apps = Object.values(fixtures.apps);
const routes = {
  device_authorization: '/device/auth',
  token: '/token',
  userinfo: '/me',
};

/**
 * The memory store of oidc-provider, which also keeps expired device codes for a while, so that the
 * server can report that a code has expired.
 */
class Store extends MemoryAdapter {
  upsert(id, payload, expiresIn) {
    return super.upsert(id, payload, this.model === 'DeviceCode' ? expiresIn + 600 : expiresIn);
  }
}

const settings = {
  clients: apps.map(({ id, secret, method = 'none', redirect_uris = [] }) => ({
    client_id: id,
    client_secret: secret,
    client_name: 'Television',
    token_endpoint_auth_method: method,
    // Loopback redirect URIs of native apps match with any port (RFC 8252 section 7.3).
    application_type: redirect_uris.length === 0 ? 'web' : 'native',
    grant_types: [
      redirect_uris.length === 0
        ? 'urn:ietf:params:oauth:grant-type:device_code'
        : 'authorization_code',
      'refresh_token',
    ],
    response_types: redirect_uris.length === 0 ? [] : ['code'],
    redirect_uris,
  })),
  cookies: { keys: [randomBytes(32).toString('hex')] },
  jwks: { keys: [signingKey()] },
  features: {
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        audience: resource,
        scope: 'calls:read',
        accessTokenFormat: 'jwt',
      }),
    },
  },
  adapter: Store,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: (_context, _token, client) => appOf(client)?.access_token_expires_in ?? 3600,
    DeviceCode: (_context, _code, client) => appOf(client)?.expires_in ?? 600,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 3600,
    Session: 3600,
  },
};

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'e2e' };
}

function appOf(client) {
  return apps.find(({ id }) => id === client.clientId);
}

const account = Buffer.from(`${fixtures.account.sid}:${fixtures.account.auth_token}`);
const accountCredentials = `Basic ${account.toString('base64')}`;

/**
 * Twilio's operations accept the credentials of the account, among others. They don't identify the
 * app, but oidc-provider would treat them as the credentials of the app.
 */
function refuses(request, response) {
  const { authorization } = request.headers;
  if (authorization === accountCredentials) delete request.headers.authorization;
  if (authorization !== undefined || !isTwilio(request)) return false;
  answer(response, 401, { code: 20003, message: 'Authenticate', status: 401 });
  return true;
}

function isTwilio(request) {
  return request.url.startsWith('/v1/');
}

/** Returns the parameters with oidc-provider's names. */
function translated(body) {
  const parameters = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const key = fixtures.fields[name] ?? name;
    if (key === 'scope' && key in parameters) parameters[key] += ` ${value}`;
    else if (key in parameters) parameters[key] = [parameters[key], value].flat();
    else parameters[key] = value;
  }
  return parameters;
}

/**
 * oidc-provider also authenticates the app in the device authorization request, but neither Twilio
 * nor Auth0 has a field for the secret in that request.
 */
function vouchFor(parameters, request) {
  const app = apps.find(({ id }) => id === parameters.client_id);
  if (request.headers.authorization === undefined && app?.secret) {
    parameters.client_secret ??= app.secret;
  }
}

await serve((address) => {
  const provider = new Provider(address, settings);
  const serveOAuth = provider.callback();
  const log = new Log();
  return async (request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/_log') {
      log.send(response);
      return;
    }
    const route = fixtures.paths[path];
    if (route !== undefined) {
      const body = await bodyOf(request);
      const success = isTwilio(request) && request.method === 'POST' ? 201 : 200;
      log.note(request, response, body, (made) => {
        if (made.statusCode === 200) made.statusCode = success;
      });
      if (refuses(request, response)) return;
      request.body = translated(body);
      if (route === 'device_authorization') vouchFor(request.body, request);
      request.url = routes[route];
    }
    serveOAuth(request, response);
  };
});
