// An OpenID Provider on loopback, as its library configures it: every client must
// use PKCE, refresh tokens are good for one use, and the pages of logging in are
// those that the library has for development. Where it is, is written to the file
// that the command line names.
//
// Beside it, for the tests: GET /events lists what has happened since it was last
// asked, and PUT /life/SECONDS sets the life of access tokens.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

let life = 3600;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/here', 'http://[::1]/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'box',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [],
      response_types: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    {
      client_id: 'odd:id',
      client_secret: 'a+b %2F:c&d=e',
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
    {
      client_id: 'posting',
      client_secret: 'a+b %2F:c&d=e',
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  scopes: ['openid', 'offline_access', 'orders'],
  claims: { openid: ['sub', 'email'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@shop.example` }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  ttl: {
    AccessToken: () => life,
    ClientCredentials: () => life,
    AuthorizationCode: 60,
    DeviceCode: 300,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 300,
    RefreshToken: 3600,
    Session: 3600,
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  jwks: {
    keys: [{
      ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256',
    }],
  },
});

let events = [];
provider.on('authorization.success', (ctx) => {
  const { code_challenge_method: challenge, redirect_uri: redirect, state } = ctx.oidc.params ?? {};
  events.push({ event: 'authorization', challenge, redirect, state: state?.length });
});
provider.on('grant.success', (ctx) => events.push({ event: 'grant', type: ctx.oidc.params.grant_type }));
provider.on('grant.error', (ctx, err) => events.push({ event: 'grant.error', error: err.error, detail: err.error_detail }));
provider.on('grant.revoked', () => events.push({ event: 'grant.revoked' }));
provider.on('server_error', (ctx, err) => console.error(err));

const answer = provider.callback();
server.on('request', (request, response) => {
  const set = /^\/life\/(\d+)$/.exec(request.url);
  if (request.method === 'PUT' && set) {
    life = Number(set[1]);
    response.writeHead(204).end();
  } else if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(events));
    events = [];
  } else {
    answer(request, response);
  }
});

const file = process.argv[2];
writeFileSync(`${file}.new`, issuer);
renameSync(`${file}.new`, file);
