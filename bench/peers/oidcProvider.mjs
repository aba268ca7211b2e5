import { setTimeout as sleep } from 'node:timers/promises';
import Provider from 'oidc-provider';

const resource = 'https://auth.example/api';

/** `oidc-provider` as its manual tells: a public client, rotation, access tokens as JWT of a resource. */
export async function oidcProvider({ delayMs, algorithm, sessions, jwk }) {
  const stored = new Map();
  const call = async (answer) => {
    if (delayMs > 0) await sleep(delayMs);
    return answer();
  };
  /** The calls of the contract in docs/README.md, "adapter", each a call to the storage. */
  class MemoryAdapter {
    constructor(model) {
      this.model = model;
    }
    key(id) {
      return `${this.model}:${id}`;
    }
    upsert(id, payload) {
      return call(() => void stored.set(this.key(id), payload));
    }
    find(id) {
      return call(() => stored.get(this.key(id)));
    }
    findByUid() {
      return call(() => undefined);
    }
    findByUserCode() {
      return call(() => undefined);
    }
    consume(id) {
      return call(() => {
        stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
      });
    }
    destroy(id) {
      return call(() => void stored.delete(this.key(id)));
    }
    revokeByGrantId(grantId) {
      return call(() => {
        for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
      });
    }
  }

  const provider = new Provider('https://auth.example', {
    adapter: MemoryAdapter,
    jwks: { keys: [jwk] },
    clients: [
      {
        client_id: 'bench',
        redirect_uris: ['https://app.example/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'web',
        id_token_signed_response_alg: algorithm,
      },
    ],
    rotateRefreshToken: true,
    scopes: ['offline_access', 'account'],
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'account',
          audience: resource,
          accessTokenTTL: 900,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
    ttl: { AccessToken: 900, RefreshToken: 7 * 86_400, Grant: 30 * 86_400 },
  });
  const client = await provider.Client.find('bench');
  const tokens = await Promise.all(
    Array.from({ length: sessions }, async (_, index) => {
      const accountId = `account-${index}`;
      const grant = new provider.Grant({ accountId, clientId: 'bench' });
      grant.addOIDCScope('offline_access');
      grant.addResourceScope(resource, 'account');
      const grantId = await grant.save();
      const token = new provider.RefreshToken({
        accountId,
        client,
        grantId,
        gty: 'authorization_code',
        resource,
        scope: 'offline_access account',
        rotations: 0,
      });
      return token.save();
    }),
  );
  return {
    listener: provider.callback(),
    path: '/token',
    body: { form: { grant_type: 'refresh_token', client_id: 'bench' } },
    tokens,
  };
}
