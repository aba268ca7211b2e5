import { readFileSync } from 'node:fs';
import {
  type FirebaseParameters,
  parseFirebaseParameters,
} from '../../../../lambdas/core/hashes/firebaseParameters.ts';
import { auth0Fields, readAuth0 } from '../../../../lambdas/core/moving/auth0.ts';
import { cognitoFields, readCognito } from '../../../../lambdas/core/moving/cognito.ts';
import type { ReadDraft } from '../../../../lambdas/core/moving/draft.ts';
import { firebaseFields, readFirebase } from '../../../../lambdas/core/moving/firebase.ts';
import { gatehouseFields, readGatehouse, readGatehouseCsv } from '../../../../lambdas/core/moving/gatehouse.ts';
import { keycloakFields, readKeycloak } from '../../../../lambdas/core/moving/keycloak.ts';
import { CliError } from '../../support/cliError.ts';
import type { Shape } from './records.ts';

export const formatNames = ['gatehouse', 'auth0', 'firebase', 'cognito', 'keycloak'] as const;
export type FormatName = (typeof formatNames)[number];

export interface Format {
  readonly read: ReadDraft;
  /** The fields it reads, by name. */
  readonly fields: readonly string[];
  /** Where the second factors are, when the records do not say whether their accounts have any. */
  readonly factorsElsewhere?: string;
}

/** What reads the records of a format. Only the format `gatehouse` has a CSV form. */
export function formatOf(name: FormatName, shape: Shape, firebase: FirebaseParameters | undefined): Format {
  if (shape === 'csv' && name !== 'gatehouse') throw new CliError(`the format ${name} is read from JSON, not from CSV`);
  switch (name) {
    case 'gatehouse':
      return { read: shape === 'csv' ? readGatehouseCsv : readGatehouse, fields: gatehouseFields };
    case 'auth0':
      return { read: readAuth0, fields: auth0Fields, factorsElsewhere: "Auth0's exports leave them out" };
    case 'firebase':
      return {
        read: readFirebase(firebase),
        fields: firebaseFields,
        factorsElsewhere: 'auth:export leaves them out, accounts:batchGet has them in mfaInfo',
      };
    case 'cognito':
      return {
        read: readCognito,
        fields: cognitoFields,
        factorsElsewhere: 'list-users leaves them out, admin-get-user has them in UserMFASettingList',
      };
    case 'keycloak':
      return { read: readKeycloak, fields: keycloakFields, factorsElsewhere: 'they are among the credentials' };
  }
}

export function readParameters(file: string): FirebaseParameters {
  const parameters = parseFirebaseParameters(readFileSync(file, 'utf8'));
  if (parameters) return parameters;
  throw new CliError(
    `${file} must have base64_signer_key, base64_salt_separator, rounds and mem_cost of the algorithm SCRYPT, as the ` +
      'Firebase console shows them or as JSON',
  );
}
