import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../scripts/local/cloud/commands.ts';
import { ensureCfnLint } from '../../scripts/local/cloud/python.ts';
import { build, type Context, devContext, prodContext, quietly } from '../infra/deployments.ts';

const contexts: Readonly<Record<string, Context>> = {
  prod: { ...prodContext, alarmEmail: 'ops@example.com' },
  dev: devContext,
};

const reportSchema = z.array(
  z.looseObject({
    Level: z.enum(['Error', 'Warning', 'Informational']),
    Filename: z.string(),
    Message: z.string(),
    Rule: z.looseObject({ Id: z.string() }),
    Location: z.looseObject({ Path: z.array(z.unknown()).nullish() }),
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

/** A region's templates by name, as the CDK makes them where it is told account and region. */
function templatesOf(region: string): ReadonlyMap<string, string> {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', region);
  // The CDK's own validation takes most of a synthesis.
  if (region !== regions[0]) vi.stubEnv('CDK_VALIDATION', 'false');
  const made = Object.entries(contexts).flatMap(([name, context]) => {
    const stacks = quietly(() => build(context));
    return (['data', 'api'] as const).map(
      (stack) => [`${name}-${stack}`, JSON.stringify(Template.fromStack(stacks[stack]).toJSON())] as const,
    );
  });
  vi.unstubAllEnvs();
  return new Map(made);
}

/** Without what names the region: its name, and the digest of the API, in whose descriptions it is. */
const anywhere = (template: string, region: string) =>
  template.replaceAll(region, 'REGION').replaceAll(/(GatewayApiDeployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1');

/** What AWS alone would refuse otherwise: unknown properties, values out of range, types that a region lacks. */
describe('cfn-lint', () => {
  let command: readonly [string, ...string[]];
  /** Of the first region's templates, held against what each of the regions has: the others' say the same. */
  let found: readonly string[];
  let first: ReadonlyMap<string, string>;
  beforeAll(async () => {
    command = await ensureCfnLint(() => {});
    first = templatesOf(regions[0]);
    const files = [...first].map(([name, template]) => write(name, template));
    found = await findings(regions, files);
  });

  function write(name: string, template: string): string {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, template);
    return file;
  }

  async function findings(of: readonly string[], files: readonly string[]): Promise<string[]> {
    const [python, ...module] = command;
    const args = [...module, '--format', 'json', '--regions', ...of, '--', ...files];
    const { stdout, output } = await runCommand(python, args);
    const report = reportSchema.safeParse(tryJson(stdout));
    if (!report.success) throw new Error(`cfn-lint has no report: ${output}`);
    return report.data
      .filter(({ Level }) => Level !== 'Informational')
      .map(({ Filename, Rule, Message, Location }) => `${Filename} ${Rule.Id} ${Location.Path?.join('.')}: ${Message}`);
  }

  it.each(regions)('finds no fault in a template for %s', (region) => {
    const own = region === regions[0] ? first : templatesOf(region);
    for (const [name, template] of own) {
      expect(anywhere(template, region), name).toBe(anywhere(first.get(name) ?? '', regions[0]));
    }
    expect(found).toEqual([]);
  });

  it('finds a type that one of the regions lacks', async () => {
    const template = { Resources: { Some: { Type: 'AWS::AppFabric::AppAuthorization' } } };
    const told = await findings(regions, [write('lacking', JSON.stringify(template))]);
    expect(told).toContainEqual(expect.stringMatching(/E3006.*ap-southeast-2/));
  });

  it('finds a property that AWS does not know', async () => {
    const wrong = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Colour: 1 } } } };
    expect(await findings(['us-east-1'], [write('wrong', JSON.stringify(wrong))])).toEqual([
      expect.stringContaining('E3002'),
    ]);
  });
});

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
