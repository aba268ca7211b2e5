import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../../scripts/local/cloud/commands.ts';
import { freePorts } from '../../../scripts/local/cloud/ports.ts';
import { root } from '../../../scripts/local/settings.ts';

it('a command reaches this machine beside the proxy that the environment names', async () => {
  const [port = 0] = await freePorts(1);
  const error = '<ErrorResponse><Error><Code>ValidationError</Code><Message>no stack</Message></Error></ErrorResponse>';
  const cloud = createServer((request, answer) => {
    if (request.url?.endsWith('/health')) answer.end('{}');
    else answer.writeHead(400, { 'content-type': 'text/xml' }).end(error);
  });
  await once(cloud.listen(port, '127.0.0.1'), 'listening');
  const nobody = 'http://127.0.0.1:9';
  const { AWS_ENDPOINT_URL: _, ...env } = process.env;
  const { stdout } = await runCommand(process.execPath, [join(root, 'scripts/run.mjs'), 'status'], {
    cwd: root,
    env: {
      ...env,
      HTTP_PROXY: nobody,
      http_proxy: nobody,
      NODE_USE_ENV_PROXY: '1',
      GATEHOUSE_CLOUD_PORT: String(port),
    },
  });
  cloud.close();
  expect(stdout).toContain(`✔ local cloud            http://127.0.0.1:${port}`);
});
