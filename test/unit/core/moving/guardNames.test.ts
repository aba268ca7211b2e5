import { expect, it } from 'vitest';
import { looksLikeGuard } from '../../../../lambdas/core/moving/guardNames.ts';

it.each([
  ...['password', 'passwordHash', 'pw_hash', 'hash', 'PASSWD', 'user_pwd', 'hashedpassword', 'encrypted_password'],
  ...[
    'salt',
    'mfa',
    'is2faEnabled',
    'otp_secret',
    'two_factor_enabled',
    'twoFactorSecret',
    'totp',
    'custom:mfa_enabled',
  ],
  ...['guardian_enrollments', 'webauthnCredentials', 'blocked', 'is_active', 'disabled', 'locked', 'recovery_codes'],
])('%s may guard an account', (field) => {
  expect(looksLikeGuard(field)).toBe(true);
});

it.each([
  ...['nickname', 'phone', 'created_at', 'username', 'passport_number', 'hashtags', 'identities', 'tenant', 'company'],
  ...['password_set_date', 'passwordUpdatedAt', 'last_password_reset', 'multifactor_last_modified', 'locked_at'],
  ...['disableableCredentialTypes', 'failed_login_count', 'lastLoginAt', 'customAttributes'],
])('%s does not', (field) => {
  expect(looksLikeGuard(field)).toBe(false);
});
