/**
 * List prices in $, without free tiers and taxes, as published by mid-2026. What stands here costs the same in both
 * regions.
 *
 * @see https://aws.amazon.com/kms/pricing/
 * @see https://aws.amazon.com/secrets-manager/pricing/
 * @see https://aws.amazon.com/waf/pricing/
 * @see https://aws.amazon.com/cloudwatch/pricing/
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
const everywhere = {
  /** A month. */
  kmsKey: 1,
  secret: 0.4,
  webAcl: 5,
  webAclRule: 1,
  /** A month, a metric that it watches. */
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  /** A month, for the hours in which it is sent. */
  customMetric: 0.3,
  dashboard: 3,
  lambdaInvocation: 0.2e-6,
  /** Of ARM. */
  lambdaGbSecond: 0.0000133334,
};

export const prices = {
  'us-east-1': { ...everywhere, readRequestUnit: 0.125e-6, writeRequestUnit: 0.625e-6, logGb: 0.5, logGbMonth: 0.03 },
  'eu-central-1': {
    ...everywhere,
    readRequestUnit: 0.1525e-6,
    writeRequestUnit: 0.7625e-6,
    logGb: 0.63,
    logGbMonth: 0.0324,
  },
} as const;

export type PricedRegion = keyof typeof prices;
