import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins/jwt';

const auth = betterAuth({
  baseURL: 'https://auth.example',
  secret: 'a secret of a bench, which is long enough',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [jwt(), oauthProvider({ loginPage: '/sign-in', consentPage: '/consent' })],
});
export const handler = auth.handler;
