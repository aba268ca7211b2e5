import { type EnvironmentOf, type IssuingEnvironment, seconds } from '../../config.ts';
import type { TokenSettings } from '../../core/sessions/tokenSettings.ts';
import type { HttpOptions } from '../../http/httpHandler.ts';

/** The parts of the environment that several Lambdas read, in the shape their flows take. */
export function httpOptions(env: { readonly ISSUER: string; readonly ALLOWED_ORIGINS: string }): HttpOptions {
  return { issuer: env.ISSUER, allowedOrigins: env.ALLOWED_ORIGINS.split(' ').filter((origin) => origin !== '') };
}

export function tokenSettings(env: IssuingEnvironment): TokenSettings {
  return {
    issuer: env.ISSUER,
    audience: env.AUDIENCE,
    accessTokenTtlSeconds: seconds(env.ACCESS_TOKEN_TTL_SECONDS),
    refreshIdleTtlSeconds: seconds(env.REFRESH_IDLE_TTL_SECONDS),
    refreshAbsoluteTtlSeconds: seconds(env.REFRESH_ABSOLUTE_TTL_SECONDS),
  };
}

export function sessionTables(env: {
  readonly ACCOUNTS_TABLE: string;
  readonly SESSIONS_TABLE: string;
  readonly AUDIT_OUTBOX_TABLE: string;
}) {
  return { accounts: env.ACCOUNTS_TABLE, sessions: env.SESSIONS_TABLE, auditOutbox: env.AUDIT_OUTBOX_TABLE };
}

export function revocationLifetime(env: {
  readonly ACCESS_TOKEN_TTL_SECONDS: string;
  readonly CLOCK_LEEWAY_SECONDS: string;
}) {
  return {
    accessTokenTtlSeconds: seconds(env.ACCESS_TOKEN_TTL_SECONDS),
    clockLeewaySeconds: seconds(env.CLOCK_LEEWAY_SECONDS),
  };
}

export function factorTables(env: EnvironmentOf<'factors'>) {
  return {
    accounts: env.ACCOUNTS_TABLE,
    factors: env.FACTORS_TABLE,
    grants: env.GRANTS_TABLE,
    auditOutbox: env.AUDIT_OUTBOX_TABLE,
    mailOutbox: env.MAIL_OUTBOX_TABLE,
  };
}
