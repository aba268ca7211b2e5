import { describe, expect, it } from 'vitest';
import { parseFirebaseParameters } from '../../../../lambdas/core/hashes/firebaseParameters.ts';

// github.com/firebase/scrypt, README.
const parameters = {
  algorithm: 'SCRYPT',
  base64_signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  base64_salt_separator: 'Bw==',
  rounds: 8,
  mem_cost: 14,
};
const console = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: ${parameters.base64_signer_key},
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
`;

describe('the parameters of a Firebase project', () => {
  it.each([
    ['as the console shows them', console],
    ['with line ends of Windows', console.replaceAll('\n', '\r\n')],
    ['on one line', console.replaceAll('\n', ' ')],
    ['as JSON', JSON.stringify(parameters)],
    ['as JSON below a name', JSON.stringify({ hash_config: parameters }, null, 2)],
    [
      "as Identity Platform's API has them",
      JSON.stringify({
        hashConfig: {
          algorithm: 'SCRYPT',
          signerKey: parameters.base64_signer_key,
          saltSeparator: 'Bw==',
          rounds: 8,
          memoryCost: 14,
        },
      }),
    ],
  ])('are read %s', (_, text) => {
    expect(parseFirebaseParameters(text)).toEqual(parameters);
  });

  it.each([
    ['of another algorithm', console.replace('SCRYPT', 'PBKDF2_SHA256')],
    ['without a key', console.replace(/base64_signer_key.*\n/, '')],
    ['whose key was left out', console.replace(parameters.base64_signer_key, '<...sensitive...>')],
    ['of nothing', ''],
  ])('%s are refused', (_, text) => {
    expect(parseFirebaseParameters(text)).toBeUndefined();
  });
});
