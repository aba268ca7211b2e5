import { expect, it } from 'vitest';
import { closesWhereFalse, looksLikeGuard } from '../../../../lambdas/core/moving/guardNames.ts';

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
  ...['deleted_at', 'disabledAt', 'banned_on', 'locked_at', 'suspended_since', 'archived', 'mfa_enabled_at'],
  ...['two_factor_confirmed_at', 'totpEnrolledAt'],
])('%s may guard an account', (field) => {
  expect(looksLikeGuard(field)).toBe(true);
});

it.each([
  ...['nickname', 'phone', 'created_at', 'username', 'passport_number', 'hashtags', 'identities', 'tenant', 'company'],
  ...['password_set_date', 'passwordUpdatedAt', 'last_password_reset', 'multifactor_last_modified', 'mfa_used_at'],
  ...['activated_at', 'email_verified_at', 'last_locked_at'],
  ...['disableableCredentialTypes', 'failed_login_count', 'lastLoginAt', 'customAttributes'],
])('%s does not', (field) => {
  expect(looksLikeGuard(field)).toBe(false);
});

it.each([
  ['active', true],
  ['is_enabled', true],
  ['accountActive', true],
  ['blocked', false],
  ['newsletter', false],
])('%s closes an account where it is false: %s', (field, closes) => {
  expect(closesWhereFalse(field)).toBe(closes);
});
