import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lastLines, runCommand } from './commands.ts';
import { cloudEnvironment, paths, type Settings } from './settings.ts';
import type { DemoUser } from './stackFile.ts';

type Seed = Pick<DemoUser, 'email' | 'password' | 'roles'> & { readonly tenant: string };

/** Known to everybody, and worth nothing: they exist in a cloud that listens on 127.0.0.1 only. */
const seeds: readonly Seed[] = [
  { email: 'ada@acme.test', password: 'acme-harbour-lantern-41', roles: ['admin'], tenant: 'acme' },
  { email: 'ben@acme.test', password: 'acme-meadow-compass-52', roles: ['member'], tenant: 'acme' },
  { email: 'cleo@acme.test', password: 'acme-orchard-thimble-63', roles: ['member'], tenant: 'acme' },
  { email: 'dan@globex.test', password: 'globex-canyon-ribbon-74', roles: ['member'], tenant: 'globex' },
];

/** The operator's CLI answers one account as JSON. */
const accountSchema = z.object({
  sub: z.string(),
  email: z.string(),
  tenant_id: z.string(),
  roles: z.array(z.string()),
});

/** Creates the demo users that are not there yet, through the operator's CLI. */
export async function seedUsers(settings: Settings): Promise<DemoUser[]> {
  const cli = join(settings.root, 'bin/gatehouse.ts');
  if (!existsSync(cli)) return [];
  return Promise.all(seeds.map((seed) => seedUser(settings, cli, seed)));
}

async function seedUser(settings: Settings, cli: string, { email, password, roles, tenant }: Seed): Promise<DemoUser> {
  const flags = roles.flatMap((role) => ['--role', role]);
  const args = [cli, 'users', 'create', email, ...flags, '--tenant', tenant, '--password-stdin', '--json'];
  const { code, stdout, output } = await runCommand(process.execPath, [...args, '--stage', settings.stage], {
    cwd: settings.root,
    env: { ...cloudEnvironment(settings), GATEHOUSE_STACK_FILE: paths(settings).stackFile },
    input: `${password}\n`,
  });
  if (code !== 0) throw new Error(`cannot create ${email}: ${lastLines(output, 3)}`);
  const { sub, tenant_id, roles: given } = accountSchema.parse(JSON.parse(stdout));
  return { email, password, sub, tenant_id, roles: given };
}
