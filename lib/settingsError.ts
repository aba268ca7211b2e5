/** A deployment that cannot be synthesized as asked. The message is one line and says what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
