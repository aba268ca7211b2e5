import { join } from 'node:path';
import { z } from 'zod';
import { lastLines, runCommand } from '../cloud/commands.ts';
import { cloudEnvironment, paths, type Settings } from '../settings.ts';
import type { DemoUser } from './stackFile.ts';

type Seed = Pick<DemoUser, 'email' | 'password' | 'roles'> & { readonly tenant: string };

/** Known to everybody, and worth nothing: they exist in a cloud that listens on 127.0.0.1 only. */
const seeds: readonly Seed[] = [
  { email: 'ada@acme.test', password: 'acme-harbour-lantern-41', roles: ['admin'], tenant: 'acme' },
  { email: 'ben@acme.test', password: 'acme-meadow-compass-52', roles: ['member'], tenant: 'acme' },
  { email: 'cleo@acme.test', password: 'acme-orchard-thimble-63', roles: ['member'], tenant: 'acme' },
  { email: 'dan@globex.test', password: 'globex-canyon-ribbon-74', roles: ['member'], tenant: 'globex' },
];

/** An account as the operator's CLI answers it. */
const accountSchema = z.object({
  sub: z.string(),
  email: z.string(),
  tenant_id: z.string(),
  roles: z.array(z.string()),
});

/** Creates the demo users that are not there yet, through the operator's CLI. */
export async function seedUsers(settings: Settings): Promise<DemoUser[]> {
  const existing = z.array(accountSchema).parse(JSON.parse(await gatehouse(settings, ['users', 'list'])));
  return Promise.all(
    seeds.map(async (seed) => {
      const account = existing.find(({ email }) => email === seed.email) ?? (await create(settings, seed));
      const { sub, tenant_id, roles } = account;
      return { email: seed.email, password: seed.password, sub, tenant_id, roles };
    }),
  );
}

async function create(
  settings: Settings,
  { email, password, roles, tenant }: Seed,
): Promise<z.infer<typeof accountSchema>> {
  const flags = [...roles.flatMap((role) => ['--role', role]), '--tenant', tenant, '--password-stdin'];
  const answer = await gatehouse(settings, ['users', 'create', email, ...flags], `${password}\n`);
  return accountSchema.parse(JSON.parse(answer));
}

/** The JSON that a command of the operator's CLI prints. */
async function gatehouse(settings: Settings, args: readonly string[], input = ''): Promise<string> {
  const deployment = ['--json', '--stage', settings.stage, '--prefix', settings.prefix];
  const command = [join(settings.root, 'bin/gatehouse.ts'), ...args, ...deployment];
  const { code, stdout, output } = await runCommand(process.execPath, command, {
    cwd: settings.root,
    env: { ...cloudEnvironment(settings), GATEHOUSE_STACK_FILE: paths(settings).stackFile },
    input,
  });
  if (code !== 0) throw new Error(`gatehouse ${args.slice(0, 2).join(' ')} failed: ${lastLines(output, 3)}`);
  return stdout;
}
