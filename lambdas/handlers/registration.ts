import { register, verifyEmail } from '../endpoints/accounts.ts';
import { refusalPage, showMailedLink, submitMailedLink, verifyEmailLink } from '../endpoints/links.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createRegistrations } from '../stores/accounts/registrations.ts';
import { documentClient } from './wiring/documentClient.ts';
import { issuing } from './wiring/issuing.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';

const env = readEnvironment('registration');
const client = documentClient();
const { tables } = env;
const registering = {
  ...issuing(env, client),
  registrations: createRegistrations({ client, tables }),
  mailKeys: macKeysOf(env)(env.secrets.mailKeys),
};
const verification = {
  ...registering,
  hasher: passwordHasher(env, { credentialKeys: registering.credentialKeys }),
  passwordPolicy: passwordPolicy(env),
  defaultTenant: env.defaultTenant,
  issuer: env.issuer,
};
const link = verifyEmailLink(verification);

export const handler = httpHandler(
  env,
  {
    register: register(registering),
    verifyEmail: verifyEmail(verification),
    showVerifyEmailPage: showMailedLink(link),
    submitVerifyEmailPage: submitMailedLink(link),
  },
  refusalPage(env),
);
