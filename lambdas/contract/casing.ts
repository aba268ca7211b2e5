/** `signingKeys` → `SigningKeys` */
export function upperFirst<Text extends string>(text: Text): Capitalize<Text> {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}` as Capitalize<Text>;
}

/** `AuditOutbox` → `auditOutbox` */
export function lowerFirst<Text extends string>(text: Text): Uncapitalize<Text> {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}` as Uncapitalize<Text>;
}

/** `accessTokenTtlSeconds` → `ACCESS_TOKEN_TTL_SECONDS` */
export function upperSnake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, '_$&').toUpperCase();
}
