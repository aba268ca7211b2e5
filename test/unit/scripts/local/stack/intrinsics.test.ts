import { expect, it } from 'vitest';
import { type Deployed, resolve } from '../../../../../scripts/local/stack/intrinsics.ts';

const deployed: Deployed = {
  region: 'us-east-1',
  accountId: '000000000000',
  resources: new Map([
    ['Key', { physicalId: 'k-1', type: 'AWS::KMS::Key' }],
    ['Table', { physicalId: 'stack-Table', type: 'AWS::DynamoDB::Table' }],
  ]),
  exports: new Map([['data:Key', 'arn:of:key']]),
};

it('the intrinsic functions that fix-ups meet are resolved, at any depth', () => {
  const properties = {
    key: { 'Fn::GetAtt': ['Key', 'Arn'] },
    list: [{ table: { Ref: 'Table' } }, { imported: { 'Fn::ImportValue': 'data:Key' } }, 1, null],
  };
  expect(resolve(properties, deployed)).toEqual({
    key: 'arn:aws:kms:us-east-1:000000000000:key/k-1',
    list: [{ table: 'stack-Table' }, { imported: 'arn:of:key' }, 1, null],
  });
});

it.each([
  [{ Ref: 'Nobody' }],
  [{ 'Fn::GetAtt': ['Table', 'Arn'] }],
  [{ 'Fn::ImportValue': 'unknown' }],
  [{ 'Fn::Join': ['', ['a', 'b']] }],
])('%j is refused, not applied half', (value) => {
  expect(() => resolve({ value }, deployed)).toThrow(/cannot resolve/);
});
