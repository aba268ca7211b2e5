import Provider from 'oidc-provider';

const provider = new Provider('https://auth.example', {
  clients: [
    { client_id: 'client', redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'none' },
  ],
});
export const handler = provider.callback();
