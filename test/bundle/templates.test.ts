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

/** The files of a region's templates, as the CDK makes them where it is told account and region. */
function writeTemplates(region: string): string[] {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
  vi.stubEnv('CDK_DEFAULT_REGION', region);
  const written = Object.entries(contexts).flatMap(([name, context]) => {
    const stacks = quietly(() => build(context));
    return (['data', 'api'] as const).map((stack) => {
      const file = join(folder, `${region}-${name}-${stack}.json`);
      writeFileSync(file, JSON.stringify(Template.fromStack(stacks[stack]).toJSON()));
      return file;
    });
  });
  vi.unstubAllEnvs();
  return written;
}

/** What AWS alone would refuse otherwise: unknown properties, values out of range, types that a region lacks. */
describe('cfn-lint', () => {
  let command: readonly [string, ...string[]];
  beforeAll(async () => {
    command = await ensureCfnLint(() => {});
  });

  async function findings(region: string, files: readonly string[]): Promise<string[]> {
    const [python, ...module] = command;
    const args = [...module, '--format', 'json', '--regions', region, '--', ...files];
    const { stdout, output } = await runCommand(python, args);
    const report = reportSchema.safeParse(tryJson(stdout));
    if (!report.success) throw new Error(`cfn-lint has no report: ${output}`);
    return report.data
      .filter(({ Level }) => Level !== 'Informational')
      .map(({ Filename, Rule, Message, Location }) => `${Filename} ${Rule.Id} ${Location.Path?.join('.')}: ${Message}`);
  }

  it.each(['us-east-1', 'eu-west-1', 'ap-southeast-2'])('finds no fault in a template for %s', async (region) => {
    expect(await findings(region, writeTemplates(region))).toEqual([]);
  });

  it('finds a property that AWS does not know', async () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(
      file,
      JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Colour: 1 } } } }),
    );
    expect(await findings('us-east-1', [file])).toEqual([expect.stringContaining('E3002')]);
  });
});

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
