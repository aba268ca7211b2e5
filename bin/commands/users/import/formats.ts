import { readFileSync } from 'node:fs';
import { type FirebaseParameters, firebaseParametersSchema } from '../../../../lambdas/core/hashes/firebaseHash.ts';
import { readAuth0 } from '../../../../lambdas/core/moving/auth0.ts';
import { readCognito } from '../../../../lambdas/core/moving/cognito.ts';
import type { ReadDraft } from '../../../../lambdas/core/moving/draft.ts';
import { readFirebase } from '../../../../lambdas/core/moving/firebase.ts';
import { readGatehouse, readGatehouseCsv } from '../../../../lambdas/core/moving/gatehouse.ts';
import { readKeycloak } from '../../../../lambdas/core/moving/keycloak.ts';
import { CliError } from '../../support/cliError.ts';
import type { Shape } from './records.ts';

export const formats = ['gatehouse', 'auth0', 'firebase', 'cognito', 'keycloak'] as const;
export type Format = (typeof formats)[number];

/** What reads the records of a format. Only the format `gatehouse` has a CSV form. */
export function readerOf(format: Format, shape: Shape, firebaseFile: string | undefined): ReadDraft {
  if (shape === 'csv' && format !== 'gatehouse')
    throw new CliError(`the format ${format} is read from JSON, not from CSV`);
  switch (format) {
    case 'gatehouse':
      return shape === 'csv' ? readGatehouseCsv : readGatehouse;
    case 'auth0':
      return readAuth0;
    case 'firebase':
      return readFirebase(firebaseFile === undefined ? undefined : readParameters(firebaseFile));
    case 'cognito':
      return readCognito;
    case 'keycloak':
      return readKeycloak;
  }
}

function readParameters(file: string): FirebaseParameters {
  try {
    return firebaseParametersSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(
      `${file} must be JSON with base64_signer_key, base64_salt_separator, rounds and mem_cost, as the Firebase ` +
        'console shows them',
      { cause },
    );
  }
}
